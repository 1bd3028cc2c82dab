import { describe, expect, test } from "bun:test";
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { announceLines, settleLines } from "../../../db/embedded/announced-lines.ts";
import { inspectJournal, openJournal } from "../../../db/embedded/journal.ts";
import { sha256 } from "../../../src/domain/digest.ts";
import { recordLine } from "../../../src/domain/record/record-line.ts";
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

describe("several revisions of one transaction", () => {
  const lineOf = (rev: number) => `${recordLine(revision(rev))}\n`;
  /** A journal of one revision, to which two more were about to be appended together. */
  const cutOff = (appended: string, announced = Number.POSITIVE_INFINITY) => {
    const directory = mkdtempSync(join(tmpdir(), "fplane-journal-"));
    const path = join(directory, "journal.jsonl");
    appendFileSync(path, lineOf(1));
    announceLines(path, statSync(path).size, Buffer.from(both));
    const [pending = ""] = readdirSync(directory).filter((name) => name !== "journal.jsonl");
    if (announced < both.length) truncateSync(join(directory, pending), announced);
    appendFileSync(path, appended);
    settleLines(path);
    const left = { journal: readFileSync(path, "utf8"), files: readdirSync(directory) };
    rmSync(directory, { recursive: true });
    return left;
  };
  const both = lineOf(2) + lineOf(3);
  const { length } = both;

  test.each([0, 10, lineOf(2).length, lineOf(2).length + 10, length])(
    "are all in the journal after a start, though it was cut off after %p bytes of them",
    (appended) => {
      expect(cutOff(both.slice(0, appended))).toEqual({ journal: lineOf(1) + both, files: ["journal.jsonl"] });
    },
  );

  test.each([0, 5, 100, lineOf(2).length, length - 1])(
    "are none of them in the journal when only %p bytes of their announcement reached the disk",
    (announced) => {
      expect(cutOff("", announced)).toEqual({ journal: lineOf(1), files: ["journal.jsonl"] });
    },
  );

  test("are not appended over what has been acknowledged since", () => {
    expect(cutOff(lineOf(4))).toEqual({ journal: lineOf(1) + lineOf(4), files: ["journal.jsonl"] });
    expect(cutOff("\0".repeat(length))).toEqual({ journal: lineOf(1) + both, files: ["journal.jsonl"] });
  });

  test("leave nothing beside the journal once they are appended", async () => {
    const directory = mkdtempSync(join(tmpdir(), "fplane-journal-"));
    const journal = openJournal(join(directory, "journal.jsonl"));
    journal.append([revision(1), revision(2)]);
    expect(readdirSync(directory)).toEqual(["journal.jsonl"]);
    journal.close();
    rmSync(directory, { recursive: true });
  });
});
