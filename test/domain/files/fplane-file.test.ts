import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { idText, renderFplane, rowsOf } from "../../../src/domain/files/fplane-file.ts";
import { readFplane } from "../../../src/domain/files/fplane-reader.ts";
import { checkStrictly } from "../../../src/domain/files/fplane-strict.ts";
import { positionText } from "../../../src/domain/plane/position-text.ts";
import { expectGolden } from "../../support/golden.ts";
import { anyPlane, emptyRow, LAYOUTS, madeUpPlane, planeOf } from "../../support/planes.ts";
import { realData } from "../../support/real-data.ts";

const HEADER = [
  "# $Id$",
  "# $Revision$",
  "# $Author$",
  "# $Date$",
  "# IFUSLOT X_FP   Y_FP   SPECID SPECSLOT IFUID IFUROT  PLATESC",
  "000\t   0.000\t   0.000\t900\t900\t900\t0.000\t1.000",
  "",
].join("\n");

describe("the text file", () => {
  test.each([...LAYOUTS])("in the layout %s is the golden one", (layout) => {
    expectGolden(`${layout}.txt`, renderFplane(madeUpPlane(), layout));
  });

  const active = { ...emptyRow("021"), ifuid: "073", specid: "315", specslot: "218", x: -349.91, y: 350.21 };
  const plugged = { ...emptyRow("013"), ifuid: "043", specslot: "241" };
  const auxiliary = { ...emptyRow("024"), ifuslot: "056", specid: null };
  const plane = { virus: [plugged, active], auxiliary: [auxiliary] };
  const PLUGGED = "013\t-450.000\t 150.000\t000\t241\t043\t0.000\t1.000\n";
  const ACTIVE = "021\t-349.910\t 350.210\t315\t218\t073\t0.000\t1.000\n";
  const AUXILIARY = "056\t-350.000\t  50.000\t000\t000\t000\t0.000\t1.000\n";

  test("full comments out VIRUS rows without a SPECID, in place, and never an auxiliary row", () => {
    expect(renderFplane(plane, "full")).toBe(`${HEADER}#${PLUGGED}${ACTIVE}${AUXILIARY}`);
  });

  test("short holds row 000 and the active VIRUS rows only", () => {
    expect(renderFplane(plane, "short")).toBe(HEADER + ACTIVE);
  });

  test("all-slots holds every row and comments out none", () => {
    expect(renderFplane(plane, "all-slots")).toBe(HEADER + PLUGGED + ACTIVE + AUXILIARY);
  });

  test("a full file of 82 and 15 seats has 103 lines: five comments, row 000 and the seats", () => {
    expect(renderFplane(madeUpPlane(), "full").split("\n")).toHaveLength(103 + 1);
    expect(rowsOf(madeUpPlane(), "full")).toHaveLength(97);
  });
});

test.each([
  [0, "0.000"],
  [-0, "0.000"],
  [-0.0004, "0.000"],
  [0.0004, "0.000"],
  [-0.0006, "-0.001"],
  [-349.91, "-349.910"],
  [0.1 + 0.2, "0.300"],
])("the position %p is written %s", (arcsec, text) => {
  expect(positionText(arcsec)).toBe(text);
});

test("a missing id is written 000", () => {
  expect([idText(null), idText("004")]).toEqual(["000", "004"]);
});

describe("for any plane, in every layout", () => {
  test.each([...LAYOUTS])("%s: what is read is what was written", (layout) => {
    fc.assert(
      fc.property(anyPlane, (plane) => {
        fc.pre(rowsOf(plane, layout).length > 0);
        const { rows } = readFplane(renderFplane(plane, layout));
        const expected = rowsOf(plane, layout).map(({ contid: _, measured: __, ...row }, index) => ({
          ...row,
          line: index + 7,
          commented:
            layout === "full" && plane.virus.some((seat) => seat.ifuslot === row.ifuslot) && row.specid === null,
        }));
        expect(rows).toEqual(expected);
      }),
    );
  });

  test.each([...LAYOUTS])(
    "%s: reading and writing again gives the same bytes, and the strict check passes",
    (layout) => {
      fc.assert(
        fc.property(anyPlane, (plane) => {
          fc.pre(rowsOf(plane, layout).length > 0);
          const text = renderFplane(plane, layout);
          expect(renderFplane(planeOf(readFplane(text).rows), layout)).toBe(text);
          checkStrictly(text, layout);
        }),
      );
    },
  );
});

describe("files of the old server (needs the real files)", () => {
  for (const [path, layout] of [
    ["fplane/full-nominal-20181008.txt", "full"],
    ["fplane/short-actual-20190528.txt", "short"],
  ] as const) {
    const text = realData(path);
    test.skipIf(text === null)(`${path}, read and written as ${layout}, is the same byte for byte`, () => {
      expect(renderFplane(planeOf(readFplane(text ?? "").rows), layout)).toBe(text ?? "");
      checkStrictly(text ?? "", layout);
    });
  }
});
