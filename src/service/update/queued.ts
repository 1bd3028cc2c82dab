import { FplaneError } from "../../domain/errors.ts";
import { shown } from "../../domain/shown.ts";
import { DAY, type Instant, instantOf, instantText, SECOND } from "../../domain/time/instant.ts";

/** What a client says of a status that it could not send when it took it. */
export type Queued = {
  /** When the client took the status at the telescope, UTC. */
  readonly takenAt: Instant;
  /** The client's name for this status, the same each time that it is sent. */
  readonly id: string;
};

/** A queued status that was taken longer ago is refused, and one whose client's clock is further ahead of ours. */
const LONGEST_WAIT = 7 * DAY;
const FURTHEST_AHEAD = 600 * SECOND;

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;
const PRINTABLE = /^(?:(?![\p{Zl}\p{Zp}])\P{C}){8,128}$/u;

/** @throws FplaneError `bad-parameter` for an instant that is not RFC 3339, and for an id that cannot be one */
export function readQueued(takenAt: unknown, id: unknown): Queued {
  return { takenAt: readTakenAt(takenAt), id: readId(id) };
}

function readTakenAt(value: unknown): Instant {
  try {
    if (typeof value === "string" && RFC_3339.test(value)) return instantOf(value);
  } catch {
    // A date that the calendar does not have: told as any other that is none.
  }
  const wanted = "it takes when the status was taken, in RFC 3339, such as 2020-07-01T22:30:00Z";
  throw malformed("taken_at", value, wanted);
}

function readId(value: unknown): string {
  if (typeof value === "string" && PRINTABLE.test(value)) return value;
  throw malformed("id", value, "it takes 8 to 128 printable characters, the same each time that this status is sent");
}

function malformed(member: string, value: unknown, wanted: string): FplaneError {
  const told = value === undefined ? "missing" : shown(value);
  return new FplaneError("bad-parameter", `${member} of queued is ${told}: ${wanted}`, {
    parameter: `queued.${member}`,
  });
}

/**
 * A week lets an outage of a weekend lose no night; what is older would be history, which an updater does not write.
 *
 * @throws FplaneError `stale-status`, `future-status`
 */
export function demandTimely({ takenAt }: Queued, now: Instant): void {
  const at = instantText(takenAt);
  if (now - takenAt > LONGEST_WAIT) {
    const days = ((now - takenAt) / DAY).toFixed(1);
    const message = `the hardware status has waited in a queue since ${at}, ${days} days; more than 7 is too long`;
    throw new FplaneError("stale-status", message, { takenAt: at });
  }
  if (takenAt - now > FURTHEST_AHEAD) {
    const minutes = Math.round((takenAt - now) / (60 * SECOND));
    const message = `the queue says that the status was taken at ${at}, ${minutes} min from now: look at the clocks`;
    throw new FplaneError("future-status", message, { takenAt: at });
  }
}
