import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFitsHeader } from "../../../bin/check/fits-header.ts";
import { readFrameFiles } from "../../../bin/check/frame-files.ts";
import type { Terminal } from "../../../bin/command-line/terminal.ts";
import { fitsFile } from "../../support/fits.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "fplane-frames-"));
});
afterAll(() => rm(directory, { recursive: true }));

async function written(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await Bun.write(path, content);
  return path;
}

const TERMINAL: Terminal = {
  out: async () => {},
  err: () => {},
  stdin: async () => "20180522T023753.4_013LL_sci.fits 13 600 111 082\n",
  stdinBytes: () => new Blob([]).stream(),
  env: {},
  interrupted: new AbortController().signal,
  columns: null,
  coloured: false,
  live: null,
};

const CARDS = {
  IFUSLOT: "                  53 / seat",
  SPECID: "                 320",
  IFUID: "'020     '           / the bundle",
  SSA: "'236     '",
  "DATE-OBS": "'2018-05-22'",
  UT: "'02:37:53.43'",
};

describe("the header of a FITS file", () => {
  test("is its cards: strings without quotes, numbers as written, comments left out", async () => {
    const cards = { ...CARDS, CONTID: "'S/N 0059'          / controller", OBSERVER: "'O''Brien / x'", EMPTY: "''" };
    const header = await readFitsHeader(await written("cards.fits", fitsFile(cards)));
    expect(Object.fromEntries(header ?? [])).toMatchObject({
      SIMPLE: "T",
      IFUSLOT: "53",
      IFUID: "020",
      CONTID: "S/N 0059",
      OBSERVER: "O'Brien / x",
      EMPTY: "",
    });
  });

  test("may be longer than a block; the first card of a keyword counts, comment cards do not", async () => {
    const filler = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`KEY${i}`, `${i}`]));
    const bytes = Buffer.from(fitsFile({ SPECID: "320", ...filler, IFUID: "'020'", LAST: "1" }));
    bytes.write("COMMENT = 'no value'".padEnd(80), 80 * 50);
    bytes.write("SPECID  = 999".padEnd(80), 80 * 60);
    const header = await readFitsHeader(await written("long.fits", bytes));
    expect(header?.get("IFUID")).toBe("020");
    expect(header?.get("SPECID")).toBe("320");
  });

  test("without END is refused, and what is no FITS file has none", async () => {
    const torn = await written("torn.fits", fitsFile(CARDS, { end: false, data: 0 }));
    await expect(readFitsHeader(torn)).rejects.toThrow("no END");
    const endless = await written("endless.fits", fitsFile(CARDS, { end: false, data: 2880 * 300 }));
    await expect(readFitsHeader(endless)).rejects.toThrow("no END");
    expect(await readFitsHeader(await written("list.txt", "a 13 1 2 3\n"))).toBeNull();
    await expect(readFitsHeader("/no/such/file")).rejects.toThrow("/no/such/file cannot be read");
  });
});

describe("the frames of files", () => {
  const frame = { ifuslot: "053", specid: "320", specslot: "236", ifuid: "020" };

  test.each([
    ["a date whose time is in UT", "a.fits", {}, "2018-05-22T02:37:53.43"],
    ["a date with time", "a.fits", { "DATE-OBS": "'2018-05-22T01:02:03.4'" }, "2018-05-22T01:02:03.4"],
    ["the file's name, where the header has no time", "20180522T023753.4_x.fits", { UT: "''" }, "20180522T023753.4"],
    ["the date alone, where the name has none either", "a.fits", { UT: "'unknown'" }, "2018-05-22"],
  ])("were taken at %s", async (_, name, cards, datestr) => {
    const file = await written(name, fitsFile({ ...CARDS, ...cards }));
    expect(await readFrameFiles([file], TERMINAL)).toEqual([{ line: 1, file, ...frame, datestr }]);
  });

  test("have no id where the header says that it is unset, and SPECSLOT stands for SSA", async () => {
    const { SSA: _ssa, ...rest } = CARDS;
    const cards = { ...rest, SPECID: "-999999", IFUID: "'        '", SPECSLOT: "236" };
    const file = await written("unset.fits", fitsFile(cards));
    expect(await readFrameFiles([file], TERMINAL)).toMatchObject([{ specid: null, ifuid: null, specslot: "236" }]);
  });

  test("come from lists, standard input and FITS files together", async () => {
    const list = await written(
      "list.csv",
      "file,IFUSLOT,SPECID,SSA,IFUID\n20180522T023753.4_014.fits,14,601,112,081\n",
    );
    const fits = await written("b.fits", fitsFile(CARDS));
    const frames = await readFrameFiles([list, "-", fits], TERMINAL);
    expect(frames.map((one) => one.ifuslot)).toEqual(["014", "013", "053"]);
  });

  test.each([
    [
      "no-seat.fits",
      fitsFile({ ...CARDS, IFUSLOT: "999" }),
      'no-seat.fits: the frames were not understood: line 1: "999"',
    ],
    ["no-time.fits", fitsFile({ IFUSLOT: "53" }), "no-time.fits: the frames were not understood: line 1: when was"],
    ["bad.txt", "a.fits 13 x 2 3\n", "bad.txt: the frames were not understood: line 1: SPECID"],
    ["a.fits.gz", Bun.gzipSync(fitsFile(CARDS)), "neither a FITS file nor a list"],
  ])("of %s are refused with the file's name", async (name, content, told) => {
    await expect(readFrameFiles([await written(name, content)], TERMINAL)).rejects.toThrow(told);
  });
});
