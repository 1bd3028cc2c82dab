import { describe, expect, test } from "bun:test";
import type { FocalPlane, FocalPlaneRow } from "../../../src/domain/plane/placement.ts";
import { diffPlanes } from "../../../src/domain/plane/plane-diff.ts";
import { madeUpPlane } from "../../support/planes.ts";

/** The made-up plane with some seats otherwise. */
function planeWith(by: Readonly<Record<string, Partial<FocalPlaneRow>>>): FocalPlane {
  const changed = (row: FocalPlaneRow): FocalPlaneRow => ({ ...row, ...by[row.ifuslot] });
  const { virus, auxiliary } = madeUpPlane();
  return { virus: virus.map(changed), auxiliary: auxiliary.map(changed) };
}

describe("what moved between two focal planes", () => {
  test("is nothing when they are the same", () => {
    const nothing = { changes: [], swaps: [], moves: [], added: [], removed: [], repositioned: [] };
    expect(diffPlanes(madeUpPlane(), madeUpPlane())).toEqual(nothing);
  });

  test("is no spectrograph of LRS2 when VIRUS gets one of the same number", () => {
    const lrs2 = { "056": { specid: "501" } };
    const { added, moves, removed } = diffPlanes(planeWith(lrs2), planeWith({ ...lrs2, "013": { specid: "501" } }));
    expect(added).toEqual([{ kind: "specid", id: "501", ifuslot: "013" }]);
    expect(removed).toEqual([{ kind: "specid", id: "600", ifuslot: "013" }]);
    expect(moves).toEqual([]);
  });

  test("is no swap when an IFU and a spectrograph go opposite ways", () => {
    const before = planeWith({ "013": { ifuid: "991", specid: null }, "014": { ifuid: null, specid: "391" } });
    const after = planeWith({ "013": { ifuid: null, specid: "391" }, "014": { ifuid: "991", specid: null } });
    const { swaps, moves } = diffPlanes(before, after);
    expect(swaps).toEqual([]);
    expect(moves).toEqual([
      { kind: "ifuid", id: "991", from: "013", to: "014" },
      { kind: "specid", id: "391", from: "014", to: "013" },
    ]);
  });

  test("is a swap of the IFUs and a move of the one spectrograph that went with them", () => {
    const before = planeWith({ "013": { ifuid: "991", specid: "391" }, "014": { ifuid: "992", specid: null } });
    const after = planeWith({ "013": { ifuid: "992", specid: null }, "014": { ifuid: "991", specid: "391" } });
    const { swaps, moves } = diffPlanes(before, after);
    expect(swaps).toEqual([{ kind: "ifuid", seats: ["013", "014"], ids: ["991", "992"] }]);
    expect(moves).toEqual([{ kind: "specid", id: "391", from: "013", to: "014" }]);
  });

  test("is also a move at LRS2 of a SPECID that VIRUS swaps at the same time", () => {
    const before = planeWith({
      "013": { specid: "501" },
      "014": { specid: "502" },
      "056": { specid: "501" },
      "066": {},
    });
    const after = planeWith({
      "013": { specid: "502" },
      "014": { specid: "501" },
      "056": {},
      "066": { specid: "501" },
    });
    const { swaps, moves } = diffPlanes(before, after);
    expect(swaps).toEqual([{ kind: "specid", seats: ["013", "014"], ids: ["501", "502"] }]);
    expect(moves).toEqual([{ kind: "specid", id: "501", from: "056", to: "066" }]);
  });

  test("is each IFU that stayed and whose position is another by a thousandth of an arcsec", () => {
    const before = planeWith({ "014": { x: 0, y: 0 }, "015": { x: 0, y: 0 } });
    const after = planeWith({ "014": { x: 3, y: 4 }, "015": { x: 0.0004, y: 0 } });
    expect(diffPlanes(before, after).repositioned).toMatchObject([{ ifuslot: "014", distance: 5 }]);
    const other = planeWith({ "014": { x: 3, y: 4, ifuid: "998" } });
    expect(diffPlanes(before, other).repositioned.map(({ ifuslot }) => ifuslot)).not.toContain("014");
  });
});
