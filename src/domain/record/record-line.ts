import { sha256 } from "../digest.ts";
import { FplaneError } from "../errors.ts";
import { messageOf } from "../thrown.ts";
import { instantOf, instantText } from "../time/instant.ts";
import type { Revision } from "./revision.ts";
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
  if (match === null) {
    const why = "it does not end in a checksum, so it is cut off, or no line of an export";
    throw new FplaneError("bad-parameter", `line ${line} is damaged: ${why}`, { line });
  }
  const content = `${text.slice(0, match.index)}}`;
  if (sha256(content) !== match[1]) {
    const why = "its checksum is not that of its content";
    throw new FplaneError("bad-parameter", `line ${line} is damaged: ${why}`, { line });
  }
  try {
    return readContent(JSON.parse(content));
  } catch (error) {
    const why = `its checksum is right, but it is no line of a record: ${messageOf(error)}`;
    throw new FplaneError("bad-parameter", `line ${line}: ${why}`, { line });
  }
}

const TEXTS = ["recordedAt", "kind", "actor", "reason", "body", "bodySha256", "prevHash", "hash"] as const;

/** Throws a TypeError or a RangeError for what `recordLine` does not write. */
function readContent(content: LineJson): RecordedRevision {
  const { recordedAt, userSecrets, ...rest } = content;
  if (!Number.isSafeInteger(rest.rev)) throw new TypeError("rev is no number");
  const missing = TEXTS.find((name) => typeof content[name] !== "string");
  if (missing !== undefined) throw new TypeError(`${missing} is no text`);
  return { ...rest, recordedAt: instantOf(recordedAt), userSecrets: [userSecrets ?? []].flat().map(readSecrets) };
}
