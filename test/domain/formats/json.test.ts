import { describe, expect, test } from "bun:test";
import { renderJson } from "../../../src/domain/formats/json.ts";
import { expectGolden } from "../../support/golden.ts";
import { LAYOUTS, madeUpAnswer, madeUpPlane } from "../../support/planes.ts";

type Document = { readonly rows: readonly Record<string, unknown>[] } & Record<string, unknown>;

function parsed(text: string): Document {
  return JSON.parse(text) as Document;
}

test.each([...LAYOUTS])("the answer in the layout %s as JSON is the golden one", (layout) => {
  expectGolden(`${layout}.json`, renderJson(madeUpAnswer({ layout })));
});

describe("JSON", () => {
  test("tells the instants in RFC 3339 with Z, and what the text file cannot carry", () => {
    const { rows: _, ...rest } = parsed(renderJson(madeUpAnswer()));
    expect(rest).toEqual({
      instant: "2031-02-03T06:00:00Z",
      validFrom: "2031-01-30T18:00:00Z",
      validUntil: "2031-02-11T19:20:21.5Z",
      confirmedUntil: "2031-02-04T00:11:22Z",
      revision: 42,
      layout: "full",
      actualPositions: true,
      sha256: "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
    });
  });

  test("writes null for an open end and for an answer that nothing confirmed", () => {
    const { from } = madeUpAnswer().interval;
    const document = parsed(renderJson(madeUpAnswer({ interval: { from, until: null }, confirmedUntil: null })));
    expect([document["validUntil"], document["confirmedUntil"]]).toEqual([null, null]);
  });

  test("writes ids as text, null for none, and leaves row 000 out", () => {
    const { rows } = parsed(renderJson(madeUpAnswer()));
    expect(rows).toHaveLength(97);
    expect(rows.find((row) => row["ifuslot"] === "013")).toEqual({
      ifuslot: "013",
      x: -450.32,
      y: 150.15,
      specid: "600",
      specslot: "111",
      ifuid: "082",
      contid: "S/N 0500",
      instrument: "VIRUS",
      active: true,
      measured: true,
    });
    expect(rows.find((row) => row["ifuslot"] === "023")).toMatchObject({
      specid: null,
      specslot: null,
      ifuid: null,
      contid: null,
      active: false,
      measured: false,
    });
    expect(rows.at(-1)).toMatchObject({ ifuslot: "616", instrument: "HPF", contid: null, active: true });
  });

  test("lists the active VIRUS seats only in the layout short", () => {
    const { rows } = parsed(renderJson(madeUpAnswer({ layout: "short" })));
    const active = madeUpPlane().virus.filter((row) => row.specid !== null);
    expect(rows.map((row) => row["ifuslot"])).toEqual(active.map((row) => row.ifuslot));
  });

  test("rounds positions as the text file does and ends with one newline", () => {
    const [seat] = madeUpPlane().virus;
    if (seat === undefined) throw new Error("the made-up plane has no seat");
    const plane = { virus: [{ ...seat, x: 0.1 + 0.2, y: -0.0001 }], auxiliary: [] };
    const text = renderJson(madeUpAnswer({ plane }));
    expect(parsed(text).rows[0]).toMatchObject({ x: 0.3, y: 0 });
    expect(text).toEndWith("}\n");
  });
});
