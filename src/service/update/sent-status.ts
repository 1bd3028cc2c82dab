import { sha256 } from "../../domain/digest.ts";
import { instantText } from "../../domain/time/instant.ts";
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
export function sourceOf({ config, datestr, queued }: SentStatus): Readonly<Record<string, unknown>> {
  const source = { upload: config, datestr: datestr ?? null };
  return queued === undefined ? source : { ...source, queued: { takenAt: instantText(queued.takenAt), id: queued.id } };
}

/** Whether a body's source is what was sent now, in whatever order a client writes the names. */
export function isSameUpload(source: Readonly<Record<string, unknown>>, { config, datestr }: SentStatus): boolean {
  if ((source["datestr"] ?? null) !== (datestr ?? null)) return false;
  return Bun.deepEquals(source["upload"], JSON.parse(JSON.stringify(config)), true);
}

function digestOf(config: unknown, datestr: string | undefined): string {
  return sha256(JSON.stringify({ config, datestr: datestr ?? null }));
}
