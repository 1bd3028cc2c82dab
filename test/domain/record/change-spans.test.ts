import { describe, expect, test } from "bun:test";
import { AUXILIARY } from "../../../src/domain/plane/seat.ts";
import {
  changedSpans,
  changesInAnswers,
  positionChangeText,
  type SpanChange,
} from "../../../src/domain/record/change-spans.ts";
import type { Instant, Span } from "../../../src/domain/time/instant.ts";

const span = (from: number, until: number | null): Span => ({ from: from as Instant, until: until as Instant | null });
const UNIT = { ifuid: "001", specid: "301", specslot: "111", contid: null };
const OTHER = { ...UNIT, specid: "302" };
const HERE = { x: -450.1, y: 150.2 };

describe("what two revisions know differently", () => {
  test("is told stretch by stretch, over all seats, each with what it was and is", () => {
    const changes = changedSpans(
      [
        { ifuslot: "013", older: [{ span: span(0, 10), value: UNIT }], newer: [{ span: span(0, 20), value: OTHER }] },
        { ifuslot: "014", older: [], newer: [{ span: span(5, 20), value: UNIT }] },
      ],
      [],
    );
    const [change13, new13, new14] = [
      { ifuslot: "013", before: UNIT, after: OTHER },
      { ifuslot: "013", before: null, after: OTHER },
      { ifuslot: "014", before: null, after: UNIT },
    ];
    expect(changes).toEqual([
      { span: span(0, 5), seats: [change13], positions: [] },
      { span: span(5, 10), seats: [change13, new14], positions: [] },
      { span: span(10, 20), seats: [new13, new14], positions: [] },
    ] as SpanChange[]);
  });

  test("is one stretch where rows were only cut otherwise, and two where something lies between", () => {
    const older = [span(0, 4), span(4, 10), span(12, 15)].map((of) => ({ span: of, value: UNIT }));
    const newer = [span(0, 7), span(7, 10), span(12, 15)].map((of) => ({ span: of, value: OTHER }));
    const spans = changedSpans([{ ifuslot: "013", older, newer }], []).map((change) => change.span);
    expect(spans).toEqual([span(0, 10), span(12, 15)]);
    expect(changedSpans([{ ifuslot: "013", older, newer: older }], [])).toEqual([]);
  });

  test("is a position only while the IFU sits in the seat", () => {
    const newer = [{ span: span(0, null), value: HERE }];
    const seated = [span(3, 5), span(8, 9)];
    const changes = changedSpans([], [{ ifuslot: "013", ifuid: "001", older: [], newer, seated }]);
    const position = { ifuslot: "013", ifuid: "001", before: null, after: HERE };
    expect(changes).toEqual(seated.map((of) => ({ span: of, seats: [], positions: [position] })));
  });
});

describe("what is seen in an answer", () => {
  const seat = (ifuslot: string, before: typeof UNIT | null, after: typeof UNIT | null) => [
    { span: span(0, 10), seats: [{ ifuslot, before, after }], positions: [] },
  ];
  const position = (ifuslot: string, before: typeof HERE | null, after: typeof HERE | null) => [
    { span: span(0, 10), seats: [], positions: [{ ifuslot, ifuid: "902", before, after }] },
  ];
  const [guide] = AUXILIARY.filter(({ ifuslot }) => ifuslot === "600");
  if (guide === undefined) throw new Error("seat 600 is not in the table");
  const { ifuid, specid, specslot, x, y } = guide;
  const GUIDE = { ifuid, specid, specslot, contid: null } as typeof UNIT;

  test.each([
    ["a bay", seat("013", UNIT, { ...UNIT, specslot: "258" })],
    ["a seat that becomes known", seat("013", null, { ...UNIT, specid: "" })],
    ["an auxiliary seat that is other than the built-in table says", seat("600", null, { ...GUIDE, ifuid: "999" })],
    ["a position that is measured now", position("013", null, HERE)],
    ["an auxiliary position that is other than the table's", position("600", null, { x, y: y + 0.001 })],
  ])("is %s", (_what, changes) => {
    expect(changesInAnswers(changes as SpanChange[])).toEqual(changes as SpanChange[]);
  });

  test.each([
    ["a controller", seat("013", UNIT, { ...UNIT, contid: "S/N 0001" } as never)],
    ["an auxiliary seat as the built-in table has it", seat("600", null, GUIDE)],
    ["an auxiliary position as the table has it", position("600", { x, y }, null)],
  ])("is not %s", (_what, changes) => {
    expect(changesInAnswers(changes as SpanChange[])).toEqual([]);
  });

  test("is joined where only what is not seen has cut it", () => {
    const change = { ifuslot: "013", before: UNIT, after: OTHER };
    const contid = { ifuslot: "014", before: UNIT, after: { ...UNIT, contid: "S/N 0001" } };
    const changes = [
      { span: span(0, 5), seats: [change], positions: [] },
      { span: span(5, 9), seats: [change, contid], positions: [] },
    ];
    expect(changesInAnswers(changes)).toEqual([{ span: span(0, 9), seats: [change], positions: [] }]);
  });
});

test("a position's change is one line for people", () => {
  const change = { ifuslot: "021", ifuid: "035", before: null, after: { x: -350.11, y: 350.02 } };
  expect(positionChangeText(change)).toBe("021  position of IFU 035 nominal -> (-350.110, 350.020)");
});
