import { describe, expect, test } from "bun:test";
import { csvField, renderCsv } from "../../../src/domain/formats/csv.ts";
import { expectGolden } from "../../support/golden.ts";
import { LAYOUTS, madeUpAnswer } from "../../support/planes.ts";

test.each([...LAYOUTS])("the answer in the layout %s as CSV is the golden one", (layout) => {
  expectGolden(`${layout}.csv`, renderCsv(madeUpAnswer({ layout })));
});

describe("CSV", () => {
  test("has one header line, one record a seat, LF, and 000 where there is no id", () => {
    const lines = renderCsv(madeUpAnswer()).split("\n");
    expect(lines).toHaveLength(1 + 97 + 1);
    expect(lines[0]).toBe("ifuslot,x_fp,y_fp,specid,specslot,ifuid,contid,instrument,active,measured");
    expect(lines[1]).toBe("013,-450.320,150.150,600,111,082,S/N 0500,VIRUS,true,true");
    expect(lines).toContain("023,-350.000,150.000,000,000,000,,VIRUS,false,false");
    expect(lines.at(-1)).toBe("");
  });

  test("keeps a controller with a comma in one field", () => {
    const { plane } = madeUpAnswer();
    const virus = plane.virus.map((row) => ({ ...row, contid: 'S/N "59", spare' }));
    const [, first] = renderCsv(madeUpAnswer({ plane: { ...plane, virus } })).split("\n");
    expect(first).toBe('013,-450.320,150.150,600,111,082,"S/N ""59"", spare",VIRUS,true,true');
  });

  test.each([
    ["S/N 0059", "S/N 0059"],
    ["", ""],
    ["a,b", '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ["two\nlines", '"two\nlines"'],
    ["carriage\rreturn", '"carriage\rreturn"'],
  ])("writes the field %p as %p", (text, field) => {
    expect(csvField(text)).toBe(field);
  });
});
