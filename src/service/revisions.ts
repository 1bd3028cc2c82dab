import { FplaneError } from "../domain/errors.ts";
import type { Revision } from "../domain/record/revision.ts";
import { type RevisionBody, readBody } from "../domain/record/revision-body.ts";
import type { Deps } from "./deps.ts";
import type { Reads } from "./store.ts";

/** The log, from the newest revision down. @param before a revision number: only what is older than it */
export async function listRevisions(
  deps: Deps,
  { before, limit }: { readonly before?: number | undefined; readonly limit: number },
): Promise<Revision[]> {
  return await deps.store.revisions(before ?? null, limit);
}

/** One revision, with its body. @throws FplaneError `not-found` */
export async function getRevision(deps: Deps, rev: number): Promise<Revision & { readonly body: unknown }> {
  const revision = await deps.store.revisionNumbered(rev);
  const body = revision === null ? null : await deps.store.bodyOf(rev);
  if (revision === null || body === null) throw new FplaneError("not-found", `there is no revision ${rev}`);
  return { ...revision, body: JSON.parse(body) };
}

/** The number of the newest revision; 0 while nothing is recorded. */
export async function newestRev(reads: Pick<Reads, "newestRevision">): Promise<number> {
  return (await reads.newestRevision())?.rev ?? 0;
}

/** The body of a revision. @throws FplaneError `not-found` */
export async function revisionBody(reads: Pick<Reads, "bodyOf">, rev: number): Promise<RevisionBody> {
  const text = await reads.bodyOf(rev);
  if (text === null) throw new FplaneError("not-found", `there is no revision ${rev}`);
  return readBody(text);
}

/** Those of the revisions that there are, by number, each asked for once. */
export async function revisionsNamed(
  reads: Pick<Reads, "revisionsNumbered">,
  revs: readonly number[],
): Promise<ReadonlyMap<number, Revision>> {
  if (revs.length === 0) return new Map();
  const revisions = await reads.revisionsNumbered([...new Set(revs)]);
  return new Map(revisions.map((revision) => [revision.rev, revision]));
}
