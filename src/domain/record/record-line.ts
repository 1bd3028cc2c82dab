import { sha256 } from "../digest.ts";
import { FplaneError } from "../errors.ts";
import { instantOf, instantText } from "../time/instant.ts";
import type { Revision, RevisionKind } from "./revision.ts";
import { readSecrets, type SecretsJson, secretsJson, type UserSecrets } from "./user-secrets.ts";

/** A revision with everything from which it can be made again. */
export type RecordedRevision = Revision & {
  readonly body: string;
  /** Of the users that the body names, in its order. */
  readonly userSecrets: readonly UserSecrets[];
};

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
    ...secretsInLine(userSecrets.map(secretsJson)),
  };
  const text = JSON.stringify(content);
  return `${text.slice(0, -1)},"checksum":"${sha256(text)}"}`;
}

/** Most revisions are about no user or one. */
function secretsInLine(secrets: readonly SecretsJson[]): Pick<LineJson, "userSecrets"> {
  const [first, ...others] = secrets;
  if (first === undefined) return {};
  return { userSecrets: others.length === 0 ? first : secrets };
}

type LineJson = Omit<RecordedRevision, "recordedAt" | "userSecrets"> & {
  readonly recordedAt: string;
  readonly userSecrets?: SecretsJson | readonly SecretsJson[];
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
    userSecrets: [userSecrets ?? []].flat().map(readSecrets),
  };
}
