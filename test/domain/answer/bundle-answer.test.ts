import { describe, expect, test } from "bun:test";
import type { Bundle } from "../../../src/domain/answer/bundle.ts";
import { type BundleReading, bundleReader, nextPlacement } from "../../../src/domain/answer/bundle-answer.ts";
import type { FplaneError } from "../../../src/domain/errors.ts";
import { AUXILIARY } from "../../../src/domain/plane/seat.ts";
import { type Instant, instantOf, later } from "../../../src/domain/time/instant.ts";

const [MARCH, APRIL, MAY, JUNE] = ["03", "04", "05", "06"].map((month) => instantOf(`2020-${month}-01T00:00:00Z`)) as [
  Instant,
  Instant,
  Instant,
  Instant,
];
const UNIT = { ifuid: "001", specid: "301", specslot: "111", contid: null };
const GUIDE = { ifuid: "902", specid: "902", specslot: "902", contid: null };

/** Seat 013 from March to April and from May on, 600 from March on; what is measured of both, from March on. */
const BUNDLE: Bundle = {
  ...{ revision: 7, hash: "", timeZone: "America/Chicago", tag: null, horizon: null, recordedAt: JUNE },
  placements: new Map([
    [
      "013",
      [
        { unit: UNIT, from: MARCH, until: APRIL },
        { unit: { ...UNIT, specid: "399" }, from: MAY, until: null },
      ],
    ],
    ["600", [{ unit: GUIDE, from: MARCH, until: null }]],
  ]),
  positions: new Map([
    ["013/001", [{ x: -450.1, y: 150.2, from: MARCH, until: null }]],
    ["600/902", [{ x: -36.5, y: 12.1, from: MARCH, until: null }]],
  ]),
  confirmations: [
    { from: MARCH, until: later(APRIL, -7) },
    { from: APRIL, until: MAY },
  ],
};

const reader = (reading: Partial<BundleReading> = {}) =>
  bundleReader(BUNDLE, { actualPositions: false, layout: "full", strict: false, ...reading });

function positionsAt(instant: Instant, actualPositions: boolean) {
  const { virus, auxiliary } = reader({ actualPositions })(instant).plane;
  const at = (ifuslot: string) => [...virus, ...auxiliary].find((row) => row.ifuslot === ifuslot);
  return ["013", "600"].map((ifuslot) => [at(ifuslot)?.x, at(ifuslot)?.y]);
}

describe("an answer out of a bundle", () => {
  test("has the measured position of a VIRUS seat only in the actual variant, that of an auxiliary seat in both", () => {
    expect(positionsAt(MARCH, false)).toEqual([
      [-450, 150],
      [-36.5, 12.1],
    ]);
    expect(positionsAt(MARCH, true)).toEqual([
      [-450.1, 150.2],
      [-36.5, 12.1],
    ]);
  });

  test("takes an auxiliary seat of which nothing is recorded from the built-in table", () => {
    const { auxiliary } = reader()(MARCH).plane;
    expect(auxiliary.filter(({ ifuslot }) => ifuslot !== "600")).toEqual(
      AUXILIARY.filter(({ ifuslot }) => ifuslot !== "600"),
    );
  });

  test("holds from the first to the last instant at which it is the same", () => {
    expect(reader()(later(APRIL, -1)).interval).toEqual({ from: MARCH, until: APRIL });
    expect(reader()(JUNE).interval).toEqual({ from: MAY, until: null });
  });

  test("of a tag is given up to its horizon, and not at it", () => {
    const tagged = bundleReader(
      { ...BUNDLE, tag: "dr1", horizon: JUNE },
      { actualPositions: false, layout: "full", strict: false },
    );
    expect(tagged(later(JUNE, -1)).interval).toEqual({ from: MAY, until: null });
    expect(() => tagged(JUNE)).toThrow("2020-06-01T00:00:00Z lies beyond the tag's horizon, 2020-06-01T00:00:00Z");
  });

  test.each([
    ["before the first VIRUS placement", later(MARCH, -1), "before-first"],
    ["in a gap, though an auxiliary seat is known", APRIL, "gap"],
    ["at the end of a gap", later(MAY, -1), "gap"],
  ])("is none %s", (_what, instant, reason) => {
    try {
      reader()(instant);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "no-configuration", details: { reason } } satisfies Partial<FplaneError>);
    }
  });

  test("is confirmed as long as something confirms it, and only then is it one when that is asked for", () => {
    const strictly = reader({ strict: true });
    expect(strictly(later(APRIL, -8)).confirmedUntil).toBe(later(APRIL, -8));
    expect(() => strictly(later(APRIL, -7))).toThrow("is not confirmed: confirmed until 2020-03-31T23:59:59.999992Z");
    expect(() => strictly(JUNE)).toThrow("no hardware status has confirmed it");
  });
});

test("the next placement is the first VIRUS one that begins later", () => {
  expect([null, later(MARCH, -1), MARCH, later(MAY, -1), MAY].map((after) => nextPlacement(BUNDLE, after))).toEqual([
    MARCH,
    MARCH,
    MAY,
    MAY,
    null,
  ]);
});
