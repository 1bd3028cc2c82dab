import { describe, expect, test } from "bun:test";
import type { Answer } from "../../../src/domain/answer/answer.ts";
import { idText, rowsOf } from "../../../src/domain/files/fplane-file.ts";
import { renderEcsv } from "../../../src/domain/formats/ecsv.ts";
import { expectGolden } from "../../support/golden.ts";
import { LAYOUTS, madeUpAnswer } from "../../support/planes.ts";

/** Reads an ECSV text with astropy and prints what it found, as JSON; a masked value becomes null. */
const READ_WITH_ASTROPY = `
import json, sys
from astropy.table import Table
t = Table.read(sys.stdin.read(), format="ascii.ecsv")
plain = lambda v: None if v is None or v is __import__("numpy").ma.masked else v.item() if hasattr(v, "item") else str(v)
print(json.dumps({
    "columns": {n: [t[n].dtype.kind, str(t[n].unit)] for n in t.colnames},
    "meta": dict(t.meta),
    "rows": [{n: plain(row[n]) for n in t.colnames} for row in t],
}))
`;

function python(code: string, input: string): ReturnType<typeof Bun.spawnSync> {
  return Bun.spawnSync(["python3", "-c", code], { stdin: Buffer.from(input), stdout: "pipe", stderr: "pipe" });
}

const hasAstropy = Bun.which("python3") !== null && python("import astropy", "").success;

test.each([...LAYOUTS])("the answer in the layout %s as ECSV is the golden one", (layout) => {
  expectGolden(`${layout}.ecsv`, renderEcsv(madeUpAnswer({ layout })));
});

describe("ECSV", () => {
  test("starts with the version, describes nine columns and ends with one newline", () => {
    const text = renderEcsv(madeUpAnswer());
    expect(text).toStartWith("# %ECSV 1.0\n# ---\n");
    expect(text.match(/^# - \{name: /gm)).toHaveLength(9);
    expect(text).toContain("\nIFUSLOT,X_FP,Y_FP,SPECID,SPECSLOT,IFUID,CONTID,ACTIVE,MEASURED\n013,-450.320,");
    expect(text).toMatch(/[^\n]\n$/);
  });

  test("writes an open end as null and every instant in quotes", () => {
    const { from } = madeUpAnswer().interval;
    const text = renderEcsv(madeUpAnswer({ interval: { from, until: null }, confirmedUntil: null }));
    expect(text).toContain("# - {instant: '2031-02-03T06:00:00Z'}\n# - {valid_from: '2031-01-30T18:00:00Z'}\n");
    expect(text).toContain("# - {valid_until: null}\n# - {confirmed_until: null}\n# - {revision: 42}\n");
  });
});

describe("astropy reads the ECSV form (needs python3 with astropy)", () => {
  const plane = madeUpAnswer().plane;
  const spared = plane.virus.map((row) => ({
    ...row,
    contid: row.contid === null ? null : `${row.contid}, "spare" #1`,
  }));
  const unknown = plane.virus.map((row) => ({ ...row, contid: null }));
  const from = madeUpAnswer().interval.from;
  const cases: readonly (readonly [name: string, answer: Answer])[] = [
    ...LAYOUTS.map((layout) => [`in the layout ${layout}`, madeUpAnswer({ layout })] as const),
    ["with an open end and no confirmation", madeUpAnswer({ interval: { from, until: null }, confirmedUntil: null })],
    ["with commas, quotes and # in a controller", madeUpAnswer({ plane: { ...plane, virus: spared } })],
    ["with no controller known", madeUpAnswer({ plane: { ...plane, virus: unknown }, actualPositions: false })],
    ["with no row at all", madeUpAnswer({ plane: { virus: [], auxiliary: [] }, layout: "short" })],
  ];

  test.skipIf(!hasAstropy).each(cases.map((one) => [...one] as const))(
    "%s",
    (_, answer) => {
      const run = python(READ_WITH_ASTROPY, renderEcsv(answer));
      expect(run.stderr?.toString()).toBe("");
      const table = JSON.parse(run.stdout?.toString() ?? "");
      const shown = rowsOf(answer.plane, answer.layout);
      expect(table.rows).toEqual(
        shown.map((row) => ({
          IFUSLOT: row.ifuslot,
          X_FP: expect.closeTo(row.x, 9),
          Y_FP: expect.closeTo(row.y, 9),
          SPECID: idText(row.specid),
          SPECSLOT: idText(row.specslot),
          IFUID: idText(row.ifuid),
          CONTID: row.contid,
          ACTIVE: row.specid !== null,
          MEASURED: row.measured,
        })),
      );
      const text = ["U", "None"];
      const position = ["f", "arcsec"];
      const flag = ["b", "None"];
      expect(table.columns).toEqual({
        IFUSLOT: text,
        X_FP: position,
        Y_FP: position,
        SPECID: text,
        SPECSLOT: text,
        IFUID: text,
        CONTID: text,
        ACTIVE: flag,
        MEASURED: flag,
      });
      const open = answer.interval.until === null;
      expect(table.meta).toEqual({
        instant: "2031-02-03T06:00:00Z",
        valid_from: "2031-01-30T18:00:00Z",
        valid_until: open ? null : "2031-02-11T19:20:21.5Z",
        confirmed_until: open ? null : "2031-02-04T00:11:22Z",
        revision: 42,
        sha256: answer.sha256,
        layout: answer.layout,
        actual_positions: answer.actualPositions,
      });
    },
    120_000,
  );
});
