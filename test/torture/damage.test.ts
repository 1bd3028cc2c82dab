import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { FplaneError } from "../../src/domain/errors.ts";
import { type Damageable, type DamagedCopy, damageable } from "../support/damaged-copy.ts";
import { recordFigure } from "./figures.ts";
import { FULL } from "./scale.ts";
import { minutesSince } from "./whole-record.ts";

const LONG = FULL ? 3_600_000 : 180_000;
/** Milliseconds after which a busy machine is content with less. */
const LONGEST = 20 * 60_000;
const FLIPS = FULL ? 150 : 3;
/** Of the last line's places; without its database each start is a first one. */
const CUT_EACH = FULL ? 1 : 200;
const CUT_ALONE_EACH = FULL ? 25 : 400;

const root = mkdtempSync(join(tmpdir(), "fplane-damage-"));
let record: Damageable;

beforeAll(async () => {
  record = await damageable(root, 4);
}, LONG);
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Opens it and asks what every revision knows. */
async function answersAfter(copy: DamagedCopy): Promise<string[]> {
  const store = await copy.open();
  try {
    return await record.answers(store);
  } finally {
    await store.close();
  }
}

/** Where the last line begins, and how long the journal is. */
function lastLineOf({ journal }: DamagedCopy) {
  const bytes = readFileSync(journal);
  return { bytes, begin: bytes.lastIndexOf(10, bytes.length - 2) + 1, end: bytes.length };
}

test(
  "a last line of the journal that is cut anywhere costs nothing: the database has it",
  async () => {
    const began = performance.now();
    const copy = record.copy();
    const { bytes, begin, end } = lastLineOf(copy);
    let cuts = 0;
    for (let length = begin; length < end && performance.now() - began < LONGEST; length += CUT_EACH) {
      truncateSync(copy.journal, length);
      expect([length, await answersAfter(copy)]).toEqual([length, [...record.expected]]);
      expect(readFileSync(copy.journal).equals(bytes)).toBe(true);
      cuts += 1;
    }
    recordFigure(
      "the journal's last line cut",
      `at ${cuts} of ${end - begin} places: 0 revisions lost; ${minutesSince(began)}`,
    );
  },
  LONG,
);

test(
  "without its database, a last line that is cut was never acknowledged; all others are made again",
  async () => {
    const began = performance.now();
    let cuts = 0;
    const { begin, end } = lastLineOf(record.copy());
    for (let length = begin; length < end; length += CUT_ALONE_EACH) {
      const copy = record.copy();
      rmSync(copy.database, { recursive: true });
      truncateSync(copy.journal, length);
      expect([length, await answersAfter(copy)]).toEqual([length, record.expected.slice(0, -1)]);
      expect(copy.notices.filter((notice) => notice.includes("is torn"))).toHaveLength(length === begin ? 0 : 1);
      rmSync(copy.directory, { recursive: true });
      cuts += 1;
    }
    recordFigure(
      "the journal's last line cut, and the database deleted",
      `at ${cuts} of ${end - begin} places: all revisions before it made again, the torn line reported; ${minutesSince(began)}`,
    );
  },
  LONG,
);

test(
  `a bit that is flipped in any file of the embedded database, ${FLIPS} times, changes no answer`,
  async () => {
    const began = performance.now();
    const came: Record<"untouched" | "made again" | "refused", number> = { untouched: 0, "made again": 0, refused: 0 };
    let flips = 0;
    for (let flip = 0; flip < FLIPS && performance.now() - began < LONGEST; flip += 1) {
      flips += 1;
      const copy = record.copy();
      if (flip % 2 === 1) rmSync(copy.digests); // as after a kill
      const where = flipIn(copy);
      const answers = await answersAfter(copy).catch((error: unknown) => {
        if (error instanceof FplaneError && error.code === "unavailable" && error.message.length > 20) return null;
        throw new Error(`${where}: ${error}`);
      });
      const outcome = answers === null ? "refused" : copy.notices.length > 0 ? "made again" : "untouched";
      came[outcome] += 1;
      if (answers !== null) expect([where, answers]).toEqual([where, [...record.expected]]);
      rmSync(copy.directory, { recursive: true });
    }
    const found = Object.entries(came).map(([what, times]) => `${times} ${what}`);
    recordFigure(
      "a bit flipped in a file of the embedded database",
      `${flips} times: ${found.join(", ")}; 0 answers changed, 0 revisions lost; ${minutesSince(began)}`,
    );
  },
  LONG,
);

// It takes the ten seconds of a very first start.
if (FULL) {
  test(
    "a snapshot of an empty database that is spoilt is made again",
    async () => {
      const copy = record.copy();
      rmSync(copy.database, { recursive: true });
      const snapshot = join(copy.directory, "snapshot.tgz");
      const bytes = readFileSync(snapshot);
      const middle = Math.floor(bytes.length / 2);
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
      writeFileSync(snapshot, bytes);
      expect(await answersAfter(copy)).toEqual([...record.expected]);
      expect(copy.notices.join()).toContain("the snapshot of an empty database is damaged");
    },
    LONG,
  );
}

/** Any byte of any file, small files as often as large ones. @returns where */
function flipIn({ database }: DamagedCopy): string {
  const files = readdirSync(database, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => statSync(file).size > 0);
  const file = files[Math.floor(Math.random() * files.length)] ?? "";
  const bytes = readFileSync(file);
  const at = Math.floor(Math.random() * bytes.length);
  const bit = 1 << Math.floor(Math.random() * 8);
  bytes[at] = (bytes[at] ?? 0) ^ bit;
  writeFileSync(file, bytes);
  return `bit ${bit} of byte ${at} of ${relative(database, file)}`;
}
