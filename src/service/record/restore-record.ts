import { sha256 } from "../../domain/digest.ts";
import { FplaneError } from "../../domain/errors.ts";
import { type RecordedRevision, readRecordLine } from "../../domain/record/record-line.ts";
import { hashedText } from "../../domain/record/revision.ts";
import { type RevisionBody, readBody, usersIn } from "../../domain/record/revision-body.ts";
import { secretsDigest, type UserSecrets } from "../../domain/record/user-secrets.ts";
import { messageOf } from "../../domain/thrown.ts";
import type { Store } from "../store.ts";
import { applyBody } from "./apply-body.ts";

const CHUNK = 200;

/**
 * Makes the record of an export again. What is there already must be the beginning of it, so that an interrupted restore
 * is continued by a second one.
 *
 * @returns how many revisions were added, and how many were there
 * @throws FplaneError `bad-parameter` for a damaged line, `conflict` when the database holds another record
 */
export async function restoreLines(
  store: Store,
  lines: AsyncIterable<string>,
): Promise<{ readonly added: number; readonly present: number }> {
  return await restoreRevisions(store, revisionsIn(lines));
}

async function* revisionsIn(lines: AsyncIterable<string>): AsyncGenerator<RecordedRevision> {
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text !== "") yield readRecordLine(text, line);
  }
}

/** The same for revisions that have been read already. @throws FplaneError `conflict` */
export async function restoreRevisions(
  store: Store,
  revisions: AsyncIterable<RecordedRevision>,
): Promise<{ readonly added: number; readonly present: number }> {
  let [added, present] = [0, 0];
  let chunk: RecordedRevision[] = [];
  const flush = async () => {
    const result = await restoreChunk(store, chunk);
    added += result;
    present += chunk.length - result;
    chunk = [];
  };
  for await (const revision of revisions) {
    chunk.push(revision);
    if (chunk.length === CHUNK) await flush();
  }
  await flush();
  return { added, present };
}

async function restoreChunk(store: Store, chunk: readonly RecordedRevision[]): Promise<number> {
  if (chunk.length === 0) return 0;
  return await store.write(async (tx) => {
    let newest = await tx.newestRevision();
    let added = 0;
    for (const { userSecrets, ...revision } of chunk) {
      if (newest !== null && revision.rev <= newest.rev) {
        const known = await tx.revisionNumbered(revision.rev);
        if (known?.hash !== revision.hash) {
          throw new FplaneError(
            "conflict",
            `the database holds another record: its revision ${revision.rev} is not that of the export`,
          );
        }
        continue;
      }
      checkHashes(revision.rev, revision, newest?.hash ?? "");
      const body = understoodBody(revision);
      checkSecrets(revision.rev, body, userSecrets);
      await tx.addRevision(revision);
      await applyBody(tx, revision.rev, body, userSecrets);
      newest = revision;
      added += 1;
    }
    return { keep: true, value: added };
  });
}

/** @throws FplaneError `conflict` when the chain is broken here */
function checkHashes(rev: number, revision: Omit<RecordedRevision, "userSecrets">, prevHash: string): void {
  const broken = [
    sha256(revision.body) === revision.bodySha256 ? [] : ["its body is not the one that was hashed"],
    revision.prevHash === prevHash ? [] : ["it does not continue the revision before it"],
    sha256(hashedText(revision)) === revision.hash ? [] : ["its hash is wrong"],
  ].flat();
  if (broken.length > 0)
    throw new FplaneError("conflict", `revision ${rev}: ${broken.join(" and ")}`, { revision: rev });
}

/** @throws FplaneError `conflict` for a body that no version of this program wrote, though its hashes are right */
function understoodBody({ rev, body }: Pick<RecordedRevision, "rev" | "body">): RevisionBody {
  try {
    return readBody(body);
  } catch (error) {
    const message = `revision ${rev}: its body is none that this program understands: ${messageOf(error)}`;
    throw new FplaneError("conflict", message, { revision: rev });
  }
}

/** @throws FplaneError `conflict` when what is private of a user is not what the hashed body vouches for */
function checkSecrets(rev: number, body: RevisionBody, secrets: readonly UserSecrets[]): void {
  for (const [i, { username, digest }] of usersIn(body).entries()) {
    const found = secrets[i];
    if (found !== undefined && secretsDigest(found) === digest) continue;
    const what = found === undefined ? "is missing" : "is not what was recorded";
    throw new FplaneError("conflict", `revision ${rev}: what is private of the user ${username} ${what}`, {
      revision: rev,
    });
  }
}
