import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { FplaneError } from "../../src/domain/errors.ts";
import type { Layout } from "../../src/domain/files/fplane-file.ts";
import { type Instant, instantText } from "../../src/domain/time/instant.ts";
import { getFplane } from "../../src/service/get-fplane.ts";
import { LAYOUTS } from "../support/planes.ts";
import type { Model } from "./model.ts";
import { answer, changedBy, fileText } from "./model-answers.ts";
import { hour, type World } from "./world.ts";

/** One question, drawn before it is known what there is to ask about. */
export const question = fc.record({
  /** At a bound of what is recorded, just before one, or at any hour. */
  at: fc.oneof(
    fc.record({ bound: fc.nat({ max: 1000 }), offset: fc.constantFrom(-1, 0, 1) }),
    fc.integer({ min: -90, max: 200 }),
  ),
  back: fc.oneof(fc.constant(0), fc.nat({ max: 20 })),
  /** How `as_of` names the revision. */
  named: fc.constantFrom("number" as const, "time" as const, "tag" as const),
  actual: fc.boolean(),
  layout: fc.constantFrom<Layout>(...LAYOUTS),
  strict: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
});
export type Question = typeof question extends fc.Arbitrary<infer Q> ? Q : never;

export function instantOfQuestion(model: Model, { at }: Pick<Question, "at">): number {
  if (typeof at === "number") return hour(at);
  const bounds = model.bounds(model.keys(""));
  return (bounds[at.bound % Math.max(1, bounds.length)] ?? hour(0)) + at.offset;
}

/** Asks the service and the model the same, and throws where they answer otherwise. */
export async function compareAnswer(world: World, asked: Question): Promise<void> {
  const { model, deps } = world;
  world.answers += 1;
  const instant = instantOfQuestion(model, asked);
  const { asOf, rev, horizon } = named(world, asked);
  const { actual, layout, strict } = asked;
  const found = await outcome(() =>
    getFplane(deps, {
      ...{ datestr: instantText(instant as Instant), asOf, actualPositions: actual, layout, night: "local", strict },
    }),
  );
  const about = `at ${instantText(instant as Instant)} as of ${asOf} (revision ${rev}), ${actual ? "actual" : "nominal"}`;
  const right = answer(model, instant, rev, actual);
  const refusal = () => {
    if (horizon !== null && instant >= horizon) return { code: "beyond-horizon" };
    if ("missing" in right) return { code: "no-configuration", reason: right.missing };
    const isConfirmed = right.confirmedUntil !== null && instant <= right.confirmedUntil;
    return strict && !isConfirmed ? { code: "unconfirmed" } : null;
  };
  const refused = refusal();
  if (found instanceof FplaneError || refused !== null || "missing" in right) {
    const told = found instanceof FplaneError ? { code: found.code, ...reasonOf(found) } : "an answer";
    demandSame(about, told, refused ?? "an answer");
    return;
  }
  const { plane, interval, confirmedUntil, revision, text, lastModified } = found;
  demandSame(
    about,
    { ...plane, from: interval.from, until: interval.until, confirmedUntil },
    { ...right, virus: right.virus, auxiliary: right.auxiliary },
  );
  demandSame(`${about}, revision`, revision, rev);
  demandSame(`${about}, ${layout} file`, text, fileText(model, instant, rev, actual, layout));
  const oldest = world.recordedAt[changedBy(model, instant, rev, actual)] ?? Number.NaN;
  const isModifiedThen = lastModified >= oldest && lastModified <= Number(world.recordedAt[rev]);
  if (!isModifiedThen) throw new Error(`${about}: last modified ${lastModified}, but the bytes are of ${oldest}`);
}

/** The revision that a question is about, and a name for it. */
function named({ model, recordedAt, tags }: World, { back, named: by }: Pick<Question, "back" | "named">) {
  const rev = Math.max(1, model.newest - back);
  if (by === "time") return { asOf: instantText(Number(recordedAt[rev]) as Instant), rev, horizon: null };
  const tag = by === "tag" ? [...tags][back % Math.max(1, tags.size)] : undefined;
  if (tag !== undefined) return { asOf: tag[0], rev: tag[1].asOf, horizon: tag[1].horizon };
  return { asOf: back === 0 && by === "tag" ? undefined : String(rev), rev, horizon: null };
}

export function demandSame(about: string, told: unknown, right: unknown): void {
  if (isDeepStrictEqual(told, right)) return;
  throw new Error(`${about}:\n  the service says ${shown(told, right)}\n  the model says   ${shown(right, told)}`);
}

/** Of a long value only what is not the same on the other side. */
function shown(value: unknown, other: unknown): string {
  if (typeof value === "string" && typeof other === "string") {
    const lines = other.split("\n");
    return JSON.stringify(value.split("\n").filter((line) => !lines.includes(line)));
  }
  const json = (part: unknown) => JSON.stringify(part) ?? "undefined";
  if (typeof value !== "object" || value === null || typeof other !== "object" || other === null) return json(value);
  if (Array.isArray(value)) {
    const others = new Set((other as unknown[]).map(json));
    return `[${value
      .map(json)
      .filter((part) => !others.has(part))
      .join(", ")}] of ${value.length}`;
  }
  const parts = Object.entries(value).filter(([name, part]) => json(part) !== json(Reflect.get(other, name)));
  return `{ ${parts.map(([name, part]) => `${name}: ${shown(part, Reflect.get(other, name))}`).join(", ")} }`;
}

async function outcome<T>(run: () => Promise<T>): Promise<T | FplaneError> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof FplaneError && error.code !== "internal") return error;
    throw error;
  }
}

function reasonOf({ details }: FplaneError) {
  return "reason" in details ? { reason: details["reason"] } : {};
}
