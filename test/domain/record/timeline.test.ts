import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Fact } from "../../../src/domain/record/fact.ts";
import { alterations, joinStretches, type Recorded, recordOnTimeline } from "../../../src/domain/record/timeline.ts";
import type { Instant, Span } from "../../../src/domain/time/instant.ts";

const at = (n: number) => n as Instant;
const span = (from: number, until: number | null): Span => ({
  from: at(from),
  until: until === null ? null : at(until),
});
const same = (a: string, b: string) => a === b;

describe("recordOnTimeline", () => {
  const recorded = [
    { id: 1, span: span(0, 10), value: "a" },
    { id: 2, span: span(10, 20), value: "b" },
    { id: 3, span: span(30, null), value: "c" },
  ];
  const fact = (from: number, until: number | null, value: string | null) => ({ span: span(from, until), value });

  test.each([
    ["a fact in a gap is added", [fact(22, 25, "x")], [], [fact(22, 25, "x")], [span(22, 25)]],
    ["what is recorded already changes nothing", [fact(2, 8, "a")], [], [], []],
    ["a row is split", [fact(2, 8, "x")], [1], [fact(0, 2, "a"), fact(2, 8, "x"), fact(8, 10, "a")], [span(2, 8)]],
    ["an open row is trimmed", [fact(40, null, "x")], [3], [fact(30, 40, "c"), fact(40, null, "x")], [span(40, null)]],
    ["what touches an equal row is joined with it", [fact(20, 25, "b")], [2], [fact(10, 25, "b")], [span(20, 25)]],
    [
      "a gap is closed between equals",
      [fact(0, 20, "b"), fact(20, 30, "b"), fact(30, null, "b")],
      [1, 2, 3],
      [fact(0, null, "b")],
      [span(0, 10), span(20, 30), span(30, null)],
    ],
    ["null takes back", [fact(5, 15, null)], [1, 2], [fact(0, 5, "a"), fact(15, 20, "b")], [span(5, 10), span(10, 15)]],
    ["null in a gap does nothing", [fact(20, 30, null)], [], [], []],
    [
      "a later fact lies over an earlier one",
      [fact(22, 28, "x"), fact(24, 26, "y")],
      [],
      [fact(22, 24, "x"), fact(24, 26, "y"), fact(26, 28, "x")],
      [span(22, 24), span(24, 26), span(26, 28)],
    ],
    ["two facts that cancel out touch nothing", [fact(2, 8, "x"), fact(2, 8, "a")], [], [], []],
  ] as const)("%s", (_what, facts, superseded, added, altered) => {
    const change = recordOnTimeline<string>(recorded, facts, same);
    expect(change.superseded).toEqual([...superseded]);
    expect(change.added).toEqual([...added] as typeof change.added);
    expect(change.altered).toEqual([...altered]);
  });

  test("rows that are joined were said by whoever said it first, and what nobody has said before by nobody yet", () => {
    const said = [
      { id: 1, span: span(0, 10), value: "a", by: 7 },
      { id: 2, span: span(20, 30), value: "a", by: 5 },
    ];
    const { added } = recordOnTimeline<string>(said, [fact(10, 20, "a"), fact(40, 50, "a")], same);
    expect(added).toEqual([
      { ...fact(0, 30, "a"), by: 5 },
      { ...fact(40, 50, "a"), by: undefined },
    ] as typeof added);
  });

  const SLOTS = 12; // the last one stands for all time after it
  const anyValue = fc.constantFrom("a", "b", "c", null);
  const anyTimeline = fc.array(anyValue, { minLength: SLOTS, maxLength: SLOTS });
  const anyFact = fc
    .record({ from: fc.nat(SLOTS - 1), length: fc.integer({ min: 1, max: SLOTS }), value: anyValue })
    .map(({ from, length, value }): Fact<string> => {
      return { span: span(from, from + length >= SLOTS ? null : from + length), value };
    });

  test("agrees with a timeline that is written down slot by slot", () => {
    fc.assert(
      fc.property(anyTimeline, fc.array(anyFact, { minLength: 1, maxLength: 5 }), (before, facts) => {
        const rows = rowsOf(before);
        const after: (string | null)[] = [...before];
        for (const { span: of, value } of facts) after.fill(value, of.from, of.until ?? SLOTS);

        const change = recordOnTimeline(
          rows.filter((row) => touches(row, facts)),
          facts,
          same,
        );
        const kept = rows.filter((row) => !change.superseded.includes(row.id));
        const result = [...kept, ...change.added].toSorted((a, b) => a.span.from - b.span.from);
        expect(result.map(({ span, value }) => ({ span, value }))).toEqual(
          rowsOf(after).map(({ span, value }) => ({ span, value })),
        );
        // A row that comes out as it was is not touched.
        for (const row of rows.filter(({ id }) => change.superseded.includes(id)))
          expect(change.added).not.toContainEqual({ span: row.span, value: row.value });
        const altered = Array<boolean>(SLOTS).fill(false);
        for (const of of change.altered) altered.fill(true, of.from, of.until ?? SLOTS);
        expect(altered).toEqual(before.map((value, i) => value !== after[i]));
      }),
      { numRuns: 2000 },
    );
  });

  /** As few rows as can be. */
  function rowsOf(slots: readonly (string | null)[]): Recorded<string>[] {
    const rows: Recorded<string>[] = [];
    for (const [i, value] of slots.entries()) {
      if (value === null || slots[i - 1] === value) continue;
      const end = slots.findIndex((other, j) => j > i && other !== value);
      rows.push({ id: i + 1, span: span(i, end === -1 ? null : end), value });
    }
    return rows;
  }

  function touches({ span: row }: Recorded<string>, facts: readonly Fact<string>[]): boolean {
    return facts.some((one) => row.from <= (one.span.until ?? SLOTS) && (row.until ?? SLOTS) >= one.span.from);
  }
});

describe("two timelines of one key", () => {
  const rows = (...told: (readonly [number, number | null, string])[]) =>
    told.map(([from, until, value]) => ({ span: span(from, until), value }));
  const older = rows([0, 10, "a"], [10, 20, "b"]);
  const newer = rows([0, 5, "a"], [5, null, "b"]);

  test("differ in stretches, each with what it was and is", () => {
    expect(alterations<string>(older, newer, same)).toEqual([
      { span: span(5, 10), before: "a", after: "b" },
      { span: span(20, null), before: null, after: "b" },
    ]);
    expect(alterations<string>(older, older, same)).toEqual([]);
  });

  test("differ in stretches that are cut where it is asked for", () => {
    const [cut, rest] = alterations<string>(older, newer, same, [span(7, 8)]).map((one) => one.span);
    expect([cut, rest]).toEqual([span(5, 7), span(7, 8)]);
  });

  test("and such stretches are joined where they follow one another and say the same", () => {
    const stretches = rows([0, 5, "a"], [5, 7, "a"], [8, 9, "a"], [9, 10, "b"], [10, null, "b"]);
    expect(joinStretches(stretches, ({ value }) => value)).toEqual(rows([0, 7, "a"], [8, 9, "a"], [9, null, "b"]));
  });
});
