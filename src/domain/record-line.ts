import { sha256 } from "./digest.ts";
import { FplaneError } from "./errors.ts";
import { instantOf, instantText } from "./instant.ts";
import type { Revision, RevisionKind } from "./revision.ts";

/** What of a user stays out of the hashed body. */
export type UserSecrets = {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** SHA-256 of the key, in hex: what the key is looked up by. */
  readonly keySha256: string;
  /** The key, sealed under the key file. */
  readonly keySealed: string;
  /** Salts the digest that stands for these fields in the hashed body. */
  readonly salt: string;
};

/** A revision with everything from which it can be made again. */
export type RecordedRevision = Revision & { readonly body: string; readonly userSecrets: UserSecrets | null };

/** One line of an export: JSON, ending in a checksum of what comes before it. Lines carry users' private fields. */
export function recordLine(revision: RecordedRevision): string {
  const { rev, recordedAt, kind, actor, reason, body, bodySha256, prevHash, hash, userSecrets } = revision;
  const content = {
    rev,
    recordedAt: instantText(recordedAt),
    kind,
    actor,
    reason,
    body,
    bodySha256,
    prevHash,
    hash,
    ...(userSecrets === null ? {} : { userSecrets }),
  };
  const text = JSON.stringify(content);
  return `${text.slice(0, -1)},"checksum":"${sha256(text)}"}`;
}

type LineJson = Omit<RecordedRevision, "recordedAt" | "userSecrets"> & {
  readonly recordedAt: string;
  readonly userSecrets?: UserSecrets;
};

const CHECKSUM = /,"checksum":"([0-9a-f]{64})"\}$/;

/**
 * Reads a line that `recordLine` wrote.
 *
 * @throws FplaneError `bad-parameter` naming the line when it is torn, altered, or none of ours
 */
export function readRecordLine(text: string, line: number): RecordedRevision {
  const match = CHECKSUM.exec(text);
  const content = match === null ? null : `${text.slice(0, match.index)}}`;
  if (content === null || sha256(content) !== match?.[1]) {
    throw new FplaneError("bad-parameter", `line ${line} is damaged: its checksum is not that of its content`, {
      line,
    });
  }
  const { recordedAt, userSecrets, ...rest } = JSON.parse(content) as LineJson;
  return {
    ...rest,
    kind: rest.kind as RevisionKind,
    recordedAt: instantOf(recordedAt),
    userSecrets: userSecrets ?? null,
  };
}
