import { z } from "zod";
import type { answerJson } from "../../domain/formats/json.ts";
import { INSTRUMENTS } from "../../domain/plane/seat.ts";
import type { updateReport } from "../../service/reports/report.ts";
import type { Problem } from "../problem.ts";
import { arcsec, code, digest, end, id, instant, layout, of, revisionNumber, seat, seatChange } from "./elements.ts";
import { changes, check, diff, history, identified, revision, status, tag, timeline } from "./record-schemas.ts";

/**
 * What the routes answer, as schemas: each is held against the type of the report that it describes, so that neither
 * changes without the other, and the examples of the document against each.
 */

const fplaneFile = of<ReturnType<typeof answerJson>>()(
  z
    .strictObject({
      instant,
      validFrom: instant,
      validUntil: end,
      confirmedUntil: instant.nullable().describe("null: no hardware status confirms it"),
      revision: revisionNumber,
      layout,
      actualPositions: z.boolean(),
      sha256: digest.describe("SHA-256, in hex, of the text form"),
      rows: z.array(
        z.strictObject({
          ifuslot: seat,
          x: arcsec,
          y: arcsec,
          specid: id.nullable(),
          specslot: id.nullable(),
          ifuid: id.nullable(),
          contid: z.string().nullable(),
          instrument: z.enum(INSTRUMENTS),
          active: z.boolean().describe("whether it has a spectrograph"),
          measured: z.boolean().describe("whether x and y were measured"),
        }),
      ),
    })
    .meta({ id: "FplaneFile", description: "The focal plane at an instant: what format=json gives" }),
);

const update = of<ReturnType<typeof updateReport>>()(
  z
    .strictObject({
      committed: z.boolean(),
      revision: revisionNumber.nullable().describe("null in a dry run"),
      repeated: z.boolean(),
      dataTime: instant,
      from: instant,
      until: end,
      confirmedUntil: instant.nullable(),
      changes: z.array(seatChange),
      contradicted: z.array(seatChange),
      firstSeen: z.strictObject({
        specid: z.array(z.string()),
        ifuid: z.array(z.string()),
        contid: z.array(z.string()),
      }),
      warnings: z.array(z.string()),
      text: z.string().describe("the new file"),
    })
    .meta({ id: "Update" }),
);

const problem = of<Problem>()(
  z
    .looseObject({
      type: z.string(),
      title: z.string(),
      status: z.int(),
      detail: z.string(),
      code,
      message: z.string().describe("the same as detail, where the old server had it"),
    })
    .meta({ id: "Problem", description: "RFC 9457; more members say more, such as the seats concerned" }),
);

/** The schemas by the names that they have in the document. */
export const SCHEMAS = {
  FplaneFile: fplaneFile,
  Diff: diff,
  History: history,
  Changes: changes,
  Revisions: z.array(revision),
  RevisionWithBody: revision.extend({ body: z.record(z.string(), z.unknown()) }),
  Tags: z.array(tag),
  IdentifiedVariants: z.array(identified),
  Timeline: timeline,
  Status: status,
  Check: check,
  Update: update,
  Problem: problem,
  Health: z.strictObject({ status: z.literal("ok"), version: z.string().nullable() }),
  Readiness: z.strictObject({ status: z.enum(["ok", "stale"]), stale: z.boolean(), staleSince: instant.optional() }),
} as const;

export type SchemaName = keyof typeof SCHEMAS;
