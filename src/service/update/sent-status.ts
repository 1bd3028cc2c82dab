import { sha256 } from "../../domain/digest.ts";
import { type Instant, instantOf, instantText } from "../../domain/time/instant.ts";
import { resolveBound } from "../../domain/time/night.ts";
import type { Queued } from "./queued.ts";

/** A hardware status as it was sent, and the names under which the same would be found again. */
export type SentStatus = {
  readonly config: unknown;
  readonly datestr: string | undefined;
  readonly queued: Queued | undefined;
  /** The digest under which it is recorded: of the client's id where there is one, else of what was sent. */
  readonly sha256: string;
  /** The digest of what was sent: under this one a client without an id, or in its first attempt, has sent it. */
  readonly contentSha256: string;
};

export function sentStatus(config: unknown, datestr: string | undefined, queued: Queued | undefined): SentStatus {
  const contentSha256 = digestOf(config, datestr);
  const digest = queued === undefined ? contentSha256 : sha256(JSON.stringify({ queued: queued.id }));
  return { config, datestr, queued, sha256: digest, contentSha256 };
}

/** What a revision's body keeps of it. */
export function sourceOf({ config, datestr, queued }: SentStatus) {
  const source = { upload: config, datestr: datestr ?? null };
  return queued === undefined ? source : { ...source, queued: { takenAt: instantText(queued.takenAt), id: queued.id } };
}

/**
 * From when on a status holds that was sent with this datestr: its data time where there is none. `latest` is the moment at
 * which the client took it.
 *
 * @throws FplaneError `bad-date`
 */
export function startOf(
  datestr: string | null | undefined,
  { dataTime, takenAt }: { readonly dataTime: Instant; readonly takenAt: Instant },
  timeZone: string,
): Instant {
  if (datestr === undefined || datestr === null || datestr === "") return dataTime;
  return resolveBound(datestr, { now: takenAt, timeZone, night: "local" });
}

/** What a body keeps of a status that waits, to take it later. @param recordedAt when its revision was recorded */
export function waitingIn(source: Readonly<Record<string, unknown>>, recordedAt: Instant) {
  const { upload, datestr, queued } = source as Partial<ReturnType<typeof sourceOf>> & { queued?: { takenAt: string } };
  const takenAt = queued === undefined ? recordedAt : instantOf(queued.takenAt);
  return { config: upload, datestr: datestr ?? null, takenAt };
}

/** Whether a body's source is what was sent now, in whatever order a client writes the names. */
export function isSameUpload(source: Readonly<Record<string, unknown>>, { config, datestr }: SentStatus): boolean {
  if ((source["datestr"] ?? null) !== (datestr ?? null)) return false;
  return Bun.deepEquals(source["upload"], JSON.parse(JSON.stringify(config)), true);
}

function digestOf(config: unknown, datestr: string | undefined): string {
  return sha256(JSON.stringify({ config, datestr: datestr ?? null }));
}
