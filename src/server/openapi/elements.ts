import { z } from "zod";
import { ERRORS, type ErrorCode } from "../../domain/errors.ts";

/** What the answers are made of, as schemas; those that have a name are parts of the document by themselves. */

/** A schema whose values are of the type: a member that it lacks does not compile. */
export function of<T>() {
  return <S extends z.ZodType<T>>(schema: S) => schema;
}

export const instant = z.iso.datetime().meta({ id: "Instant", description: "UTC", examples: ["2018-07-16T05:00:00Z"] });
export const end = instant.nullable().describe("null: open");
export const id = z.string().regex(/^\d{3}$/);
export const seat = id.meta({
  id: "Seat",
  description: "IFUSLOT: column and row in the head mounting plate",
  examples: ["073"],
});
export const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe("SHA-256, in hex");
export const revisionNumber = z.int().min(1);
export const code = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);
export const arcsec = z.number().describe("arcsec from the centre of the head mounting plate");
export const point = z.strictObject({ x: arcsec, y: arcsec });
export const layout = z.enum(["full", "short", "all-slots"]);

export const unit = z
  .strictObject({
    ifuid: id.nullable(),
    specid: id.nullable(),
    specslot: id.nullable(),
    contid: z.string().nullable(),
  })
  .meta({ id: "Unit", description: "What stands in a seat; null where the text file has 000" });

export const seatChange = z
  .strictObject({ ifuslot: seat, before: unit.nullable(), after: unit.nullable(), text: z.string() })
  .meta({ id: "SeatChange", description: "null: nothing was, or is, known of the seat" });

export const spanChange = z
  .strictObject({
    from: instant,
    until: end,
    seats: z.array(seatChange),
    positions: z.array(
      z.strictObject({
        ifuslot: seat,
        ifuid: id,
        before: point.nullable(),
        after: point.nullable(),
        text: z.string(),
      }),
    ),
  })
  .meta({ id: "SpanChange" });
