import { expect, test } from "bun:test";
import { readFrameList, readFrames } from "../../../src/domain/files/frames.ts";

const FRAME = { file: "20180715T032321.5_013_sci.fits", ifuslot: "013", specid: 301, specslot: "111", ifuid: "'001'" };
const read = (raw: object) => readFrames([{ line: 1, raw: { ...FRAME, ...raw } }]);

test("a frame's values are texts or numbers, padded or not", () => {
  expect(read({ ifuslot: 13 })).toEqual(read({}));
  expect(read({ datestr: 20180715 })).toMatchObject([{ datestr: "20180715" }]);
});

test.each([-999999, "-999999", "-999999.9", "'        '", "", "000", 0, null, undefined])(
  "what a header writes for unset asks for nothing: %p",
  (unset) => {
    expect(read({ specid: unset, specslot: unset, ifuid: unset })).toMatchObject([
      { ifuslot: "013", specid: null, specslot: null, ifuid: null },
    ]);
  },
);

/** What JSON may hold, and no header does. */
const ODD = [{ toString: 1, valueOf: 2 }, { a: 1 }, [], ["013"], [[[]]], true, JSON.parse('{"__proto__": null}')];
test.each(ODD.map((value) => [JSON.stringify(value), value] as const))("%s is no id and no date", (_text, value) => {
  for (const name of ["ifuslot", "specid", "specslot", "ifuid", "datestr"])
    expect(() => read({ [name]: value })).toThrow(/: line 1: /);
});

test("a file without a name is told by its place in the list", () => {
  for (const file of [{ toString: 1 }, [], true, null, undefined])
    expect(() => read({ file })).toThrow("line 1: when was frame 1 taken?");
});

const LINE = "20180715T032321.5_013_sci.fits 013 301 111 001";

test.each([
  ["tabs", LINE.replaceAll(" ", "\t")],
  ["commas", LINE.replaceAll(" ", ", ")],
  ["comments, blank lines and CRLF", `# a list\r\n\r\n${LINE} # good\r\n`],
  ["a byte-order mark", `\uFEFF${LINE}`],
])("a line of a list is read with %s", (_what, text) => {
  expect(readFrameList(text)).toMatchObject([{ ifuslot: "013", specid: "301", specslot: "111", ifuid: "001" }]);
});

test("a header names the columns in another order, in the words of FITS", () => {
  const [frame] = readFrameList("DATE-OBS IFUID SSA SPECID IFUSLOT FILENAME\n2018-07-15 001 111 301 013 a.fits");
  const said = { ifuslot: "013", specid: "301", specslot: "111", ifuid: "001" };
  expect(frame).toEqual({ line: 2, file: "a.fits", datestr: "2018-07-15", ...said });
});

test.each([
  ["DATE-OBS UT", "2018-07-15 03:23:21.5", "2018-07-15T03:23:21.5"],
  ["DATE TIME", "20180715 03:23:21.", "20180715T03:23:21"],
  ["DATE-OBS TIME", "2018-07-15T03:23:21 04:00:00", "2018-07-15T03:23:21"],
  ["DATE UT", "20180715v017 03:23:21", "20180715v017"],
  ["TIME", "2018-07-15T03:23:21", "2018-07-15T03:23:21"],
])("the time stands with the date or in a column of its own: %s", (columns, values, datestr) => {
  const list = `${columns} IFUSLOT FILENAME\n${values} 013 20190101T000000_a.fits`;
  expect(readFrameList(list)).toMatchObject([{ datestr, file: "20190101T000000_a.fits" }]);
});

test("two columns that say the same are refused: one of them would be forgotten", () => {
  const list = "IFUSLOT SSA SPECSLOT FILENAME\n013 111 112 20190101T000000_a.fits";
  expect(() => readFrameList(list)).toThrow("two columns of the list are named as the specslot");
});

test("of many lines that are not understood twenty are told, and how many there are; the details have all", () => {
  const text = "x 012\n".repeat(25);
  const error = Promise.try(() => readFrameList(text)).catch((thrown) => thrown);
  return expect(error).resolves.toMatchObject({
    code: "bad-parameter",
    message: expect.stringMatching(
      /^the frames were not understood, in 25 places:\n {2}line 1: "012" is no IFUSLOT\n(.*\n){19} {2}and 5 more$/,
    ),
    details: { problems: expect.objectContaining({ length: 25 }) },
  });
});

test("a list without a frame is refused", () => {
  for (const text of ["", "# nothing", "file ifuslot specid ssa ifuid"])
    expect(() => readFrameList(text)).toThrow("there is no frame in it");
});

test("a file's name in a refusal cannot move a terminal's cursor", () => {
  expect(() => readFrameList("\u009b2J.fits 013 301 111 001")).toThrow("when was \\u009b2J.fits taken?");
});
