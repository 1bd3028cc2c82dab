import { expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspectJournal, openJournal } from "../../../db/embedded/journal.ts";
import { sha256 } from "../../../src/domain/digest.ts";
import { instantOf } from "../../../src/domain/time/instant.ts";

function revision(rev: number) {
  const recordedAt = instantOf("2020-01-01T00:00:00Z");
  const head = { rev, recordedAt, kind: "tag", actor: "ada", reason: "" } as const;
  return { ...head, body: "{}", bodySha256: sha256("{}"), prevHash: "", hash: sha256(`${rev}`), userSecrets: [] };
}

test("a revision is appended behind what is whole, though an earlier one has left half a line", async () => {
  const directory = mkdtempSync(join(tmpdir(), "fplane-journal-"));
  const path = join(directory, "journal.jsonl");
  const journal = openJournal(path);
  journal.append([revision(1)]);
  appendFileSync(path, '{"rev":2,"recor'); // as when neither the line nor the undoing of it reached the disk
  journal.append([revision(2)]);
  expect(await inspectJournal(path)).toMatchObject({ revisions: 2, fault: null });
  journal.undo();
  expect(await inspectJournal(path)).toMatchObject({ revisions: 1, length: statSync(path).size, fault: null });
  journal.append([revision(2), revision(3)]);
  expect(await inspectJournal(path)).toMatchObject({ hashes: [1, 2, 3].map((rev) => sha256(`${rev}`)), fault: null });
  journal.close();
  expect(readFileSync(path, "utf8").endsWith("\n")).toBe(true);
  rmSync(directory, { recursive: true });
});
