import { type RecordedRevision, recordLine } from "../../domain/record/record-line.ts";
import type { Reads } from "../store.ts";

const CHUNK = 200;

/** The whole record, a line a revision, as it is when each chunk is read. Serving goes on meanwhile. */
export async function* exportLines(reads: Reads): AsyncGenerator<string> {
  for await (const revision of allRevisions(reads)) yield recordLine(revision);
}

async function* allRevisions(reads: Reads): AsyncGenerator<RecordedRevision> {
  for (let from = 1; ; ) {
    const chunk = await reads.exported(from, CHUNK);
    yield* chunk;
    const last = chunk.at(-1);
    if (last === undefined || chunk.length < CHUNK) return;
    from = last.rev + 1;
  }
}
