import { existsSync, readFileSync } from "node:fs";
import { type RecordedRevision, readRecordLine } from "../../src/domain/record/record-line.ts";

/** The whole lines of a journal, each checked. Throws where the chain is broken, but for what follows the last line's end. */
export function journaled(path: string): RecordedRevision[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  const revisions = lines.map((line, i) => readRecordLine(line, i + 1));
  for (const [i, { rev, prevHash }] of revisions.entries()) {
    if (rev !== i + 1) throw new Error(`line ${i + 1} of the journal is revision ${rev}`);
    if (prevHash !== (revisions[i - 1]?.hash ?? ""))
      throw new Error(`revision ${rev} does not continue the one before`);
  }
  return revisions;
}
