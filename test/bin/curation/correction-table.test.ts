import { describe, expect, test } from "bun:test";
import { readCorrections, readSet } from "../../../bin/curation/correction-table.ts";

describe("a table of corrections", () => {
  const swap = [
    { ifuslot: "015", from: "20191201", until: "20200701", set: { specid: "317", ifuid: "038" } },
    { ifuslot: "024", from: "20191201", until: "open", set: { specid: "410" } },
  ];
  test.each([
    ["blanks", "slot from until specid ifuid\n015 20191201 20200701 317 038\n24 20191201 open 410 -\n"],
    ["tabs", "IFUSLOT\tFROM\tUNTIL\tSPECID\tIFUID\n015\t20191201\t20200701\t317\t038\n024\t20191201\topen\t410\t"],
    ["commas", "slot, from, until, specid, ifuid\r\n015, 20191201, 20200701, 317, 038\r\n024,20191201,open,410\r\n"],
    [
      "another order, comments and blank lines",
      "# from the log\nifuid until specid slot from\n\n038 20200701 317 015 20191201 # sure\n- open 410 024 20191201\n",
    ],
  ])("is read with %s", (_, text) => {
    expect(readCorrections(text)).toEqual(swap);
  });

  test("without an end it is left to the next recorded change", () => {
    const [correction] = readCorrections("slot from until ssa\n015 20191201 - 234\n");
    expect(correction).toEqual({ ifuslot: "015", from: "20191201", until: undefined, set: { specslot: "234" } });
  });

  test("a CONTID with a blank needs tabs or commas", () => {
    const tabs = "slot\tfrom\tcontid\n015\t20191201\tS/N 0059\n";
    expect(readCorrections(tabs)[0]?.set).toEqual({ contid: "S/N 0059" });
    expect(() => readCorrections(tabs.replaceAll("\t", " "))).toThrow("line 2: 4 columns where the header has 3");
  });

  test.each([
    ["", "the table is empty"],
    ["slot from specid\n", "there is no row"],
    ["015 20191201 317\n", 'there is no column "015"'],
    ["slot from spectrograph\n015 20191201 317\n", 'there is no column "spectrograph"'],
    ["slot from constructor\n015 20191201 317\n", 'there is no column "constructor"'],
    ["slot slot from specid\n", "the column slot stands there twice"],
    ["from specid\n20191201 317\n", "the column slot is missing"],
    ["slot from specid\n015 - 317\n- 20191201 317\n015 20191201 -\n", "line 2: slot and from"],
    ["slot from specid\n015 - 317\n- 20191201 317\n015 20191201 -\n", "line 4: nothing is set"],
  ])("%j is refused with what is wrong", (text, told) => {
    expect(() => readCorrections(text)).toThrow(told);
  });
});

describe("--set", () => {
  test("names fields and values", () => {
    expect(readSet("specid=203, ifuid=031,contid=S/N 0059")).toEqual({
      specid: "203",
      ifuid: "031",
      contid: "S/N 0059",
    });
    expect(readSet("SSA=111")).toEqual({ specslot: "111" });
  });

  test.each(["", "specid", "specid=", "=203", "spec=203", "slot=013", "specid=1=2", "specid=1,", "specid=1,SPECID=2"])(
    "%j is refused",
    (text) => {
      expect(() => readSet(text)).toThrow("--set");
    },
  );
});
