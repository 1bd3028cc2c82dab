import { describe, expect, test } from "bun:test";
import { FplaneError } from "../../../src/domain/errors.ts";
import { renderFplane } from "../../../src/domain/files/fplane-file.ts";
import { type FplaneProblem, readFplane } from "../../../src/domain/files/fplane-reader.ts";
import { LAYOUTS, madeUpPlane } from "../../support/planes.ts";
import { realData } from "../../support/real-data.ts";

const ROW = "021\t-349.910\t 350.210\t315\t218\t073\t0.000\t1.000";
const READ = {
  line: 1,
  ifuslot: "021",
  x: -349.91,
  y: 350.21,
  ifuid: "073",
  specid: "315",
  specslot: "218",
  commented: false,
};
const EMPTY = { line: 1, ifuslot: "013", x: -450, y: 150, ifuid: null, specid: null, specslot: null };

/** The refusal of a text; a text that is read after all fails the test. */
function refusalOf(text: string): { readonly message: string; readonly problems: readonly FplaneProblem[] } {
  try {
    readFplane(text);
  } catch (error) {
    if (!(error instanceof FplaneError)) throw error;
    expect(error.code).toBe("bad-fplane");
    return { message: error.message, problems: error.details["problems"] as readonly FplaneProblem[] };
  }
  throw new Error("the text was read, but should have been refused");
}

describe("one row is read", () => {
  test.each([
    ["with tabs, as the server writes it", ROW, READ],
    ["with blanks", "021 -349.91  350.21 315 218 073 0.0 1.0", READ],
    ["with blanks and tabs at both ends", ` \t${ROW}\t `, READ],
    ["with CRLF", `${ROW}\r\n`, READ],
    ["after a byte-order mark", `\uFEFF${ROW}\n`, READ],
    ["without a final newline", ROW, READ],
    ["after blank lines and comments", `\n# by hand, 2018\n \t\n${ROW}\n\n`, { ...READ, line: 4 }],
    [
      "after the one header line of 2016",
      `##IFUSLOT X_FP   Y_FP   SPECID SPECSLOT IFUID IFUROT PLATESC\n${ROW}`,
      { ...READ, line: 2 },
    ],
    [
      "after the one header line of 2018",
      `# IFUSLOT X_FP   Y_FP   SPECID SPECSLOT IFUID IFUROT PLATESC\n${ROW}`,
      { ...READ, line: 2 },
    ],
    ["and row 000 is left out", `000 0.00 0.00 900 900 900 0.0 1.0\n${ROW}`, { ...READ, line: 2 }],
    ["with more decimals than three, rounded", "021 -349.9104 350.2096 315 218 073 0 1", READ],
    [
      "with a position such as -0.0004, without the sign",
      "555 -0.0004 -73.13 901 901 901 0.0 1.0",
      { ...READ, ifuslot: "555", x: 0, y: -73.13, specid: "901", specslot: "901", ifuid: "901" },
    ],
    [
      "with short ids, which are padded",
      "021 -349.91 350.21 4 18 73 0.0 1.0",
      { ...READ, specid: "004", specslot: "018", ifuid: "073" },
    ],
    ["with 0, 00 and 000, which are none", "013 -450.0 150.0 00 0 000 0.0 1.0", { ...EMPTY, commented: false }],
    [
      "commented out directly before the seat",
      "#013\t-450.000\t 150.000\t000\t000\t000\t0.000\t1.000",
      { ...EMPTY, commented: true },
    ],
    [
      "commented out with a blank, as by hand",
      "# 013   -450.0  150.0   00  000  000  0.0  1.0",
      { ...EMPTY, commented: true },
    ],
    ["commented out and indented", "  #\t013 -450.0 150.0 00 000 000 0.0 1.0", { ...EMPTY, commented: true }],
  ])("%s", (_, text, row) => {
    expect(readFplane(text)).toEqual({ rows: [row] });
  });

  test("and a comment that has other than eight fields, or no seat first, is no row", () => {
    const comments = [
      "# 013 -450.0 150.0 00 000 000 0.0",
      "# 013 was empty all the way to the end",
      "# see log of 2018 07 17 for the",
      "##013 -450.0 150.0 00 000 000 0.0 1.0",
    ];
    for (const comment of comments) expect(readFplane(`${comment}\n${ROW}`).rows).toEqual([{ ...READ, line: 2 }]);
  });

  test("and a seat that stands twice gives both rows", () => {
    expect(readFplane(`${ROW}\n${ROW}`).rows).toEqual([READ, { ...READ, line: 2 }]);
  });
});

const WANTED = "8 fields IFUSLOT X_FP Y_FP SPECID SPECSLOT IFUID IFUROT PLATESC";

describe("a bad line is refused with its line, its seat and what would be right", () => {
  test.each([
    ["021 -350 350 315 218 073 0.0", `line 1 (seat 021): 7 fields instead of the ${WANTED}`],
    [`${ROW} x`, `line 1 (seat 021): 9 fields instead of the ${WANTED}`],
    [`${ROW}\nnote`, `line 2: 1 field instead of the ${WANTED}`],
    [
      "020 -350 450 315 218 073 0 1",
      'line 1: there is no seat "020"; a seat is 013 to 106 for VIRUS, or one of 056, 066',
    ],
    ["21 -350 350 315 218 073 0 1", 'line 1: the seat is written "21"; write 021'],
    ["20 -350 350 315 218 073 0 1", 'line 1: there is no seat "20"; a seat is'],
    ["021 x 350 315 218 073 0 1", 'line 1 (seat 021): X_FP is "x"; it is a number of arcsec such as -349.910'],
    ["021 -350 nan 315 218 073 0 1", 'line 1 (seat 021): Y_FP is "nan"; it is a number of arcsec'],
    ["021 -350 inf 315 218 073 0 1", 'line 1 (seat 021): Y_FP is "inf"; it is a number of arcsec'],
    ["021 0x10 350 315 218 073 0 1", 'line 1 (seat 021): X_FP is "0x10"; it is a number of arcsec'],
    ["021 -350,0 350 315 218 073 0 1", 'line 1 (seat 021): X_FP is "-350,0"; it is a number of arcsec'],
    ["021 1e999 350 315 218 073 0 1", 'line 1 (seat 021): X_FP is "1e999"; the file holds -999.999 to 9999.999 arcsec'],
    ["021 -1000 350 315 218 073 0 1", 'X_FP is "-1000"; the file holds -999.999 to 9999.999 arcsec'],
    ["021 -350 9999.9996 315 218 073 0 1", 'Y_FP is "9999.9996"; the file holds -999.999 to 9999.999 arcsec'],
    ["021 -350 350 N/A 218 073 0 1", 'line 1 (seat 021): SPECID is "N/A"; it is one to three digits, 000 for none'],
    ["021 -350 350 315 2180 073 0 1", 'line 1 (seat 021): SPECSLOT is "2180"; it is one to three digits, 000 for none'],
    ["021 -350 350 315 218 -73 0 1", 'line 1 (seat 021): IFUID is "-73"; it is one to three digits, 000 for none'],
    ["021 -350 350 315 218 073 0.1 1", 'line 1 (seat 021): IFUROT is "0.1"; only 0 is in use'],
    ["021 -350 350 315 218 073 0 1.01", 'line 1 (seat 021): PLATESC is "1.01"; only 1 is in use'],
    [
      "#021 -350 350 315 218 073 0 1",
      "line 1 (seat 021): the row is commented out but carries SPECID 315; uncomment it or set its SPECID to 000",
    ],
    ["# 013 x 150.0 00 000 000 0 1", 'line 1 (seat 013): X_FP is "x"; it is a number of arcsec'],
    [
      `000 0 0 900 900 901 0 1\n${ROW}`,
      "line 1 (seat 000): row 000 is the centre and never differs: 000 0.000 0.000 900 900 900 0.000 1.000",
    ],
    [`000 0.001 0 900 900 900 0 1\n${ROW}`, "line 1 (seat 000): row 000 is the centre"],
    [`#000 0 0 900 900 900 0 1\n${ROW}`, "line 1 (seat 000): row 000 is the centre"],
    ["000 0 0 900 900 900 0 1\n", "line 1: there is row 000 but no seat after it"],
    [`${ROW}\n${" ".repeat(1001)}`, "line 2: 1001 characters; at most 1000 are read"],
    [`${"\n".repeat(4000)}${ROW}`, "line 4001: the file has 4001 lines; at most 4000 are read"],
  ])("%p", (text, message) => {
    expect(refusalOf(text).message).toStartWith("the focal-plane file was not understood: line ");
    expect(refusalOf(text).message).toContain(message);
    expect(refusalOf(text).problems).toHaveLength(1);
  });

  test("and all problems of a file are told together, also several of one line", () => {
    const text = [
      "020 -350 450 315 218 073 0 1",
      ROW,
      "022 x 250 316 247 N/A 0 1",
      "x".repeat(1001),
      "#023 -350 150 313 255 010 0 1",
    ];
    const { message, problems } = refusalOf(text.join("\n"));
    expect(problems.map(({ line, ifuslot }) => [line, ifuslot])).toEqual([
      [1, undefined],
      [3, "022"],
      [3, "022"],
      [4, undefined],
      [5, "023"],
    ]);
    for (const problem of problems) expect(message).toContain(`line ${problem.line}`);
    for (const problem of problems) expect(message).toContain(problem.message);
  });

  test("and a commented row is told both that it carries a SPECID and what else is wrong with it", () => {
    const messages = refusalOf("#021 x 350 315 218 073 0 1").problems.map((problem) => problem.message);
    expect(messages).toEqual([expect.stringContaining("X_FP"), expect.stringContaining("carries SPECID 315")]);
    expect(refusalOf("#021 -350 350 N/A 218 073 0 1").problems).toHaveLength(1);
  });

  test("and foreign text in a message is cut and its control characters are escaped", () => {
    const { message } = refusalOf(`021 \u001b[31m${"9".repeat(200)} 350 315 218 073 0 1`);
    expect(refusalOf(`021 ${"x".repeat(60)} 350 315 218 073 0 1`).message).toContain(`"${"x".repeat(60)}"`);
    expect(message).toContain(`X_FP is "\\u001b[31m${"9".repeat(55)}"...`);
  });
});

describe("what is no focal-plane file at all is told apart with one sentence", () => {
  test.each([
    ["an empty file", "", "line 1: the file is empty; a focal-plane file has one line a seat"],
    ["blank lines", "\uFEFF\n \n", "line 1: the file is empty"],
    [
      "an HTML page",
      "\n<!DOCTYPE html>\n<html><body>a b c d e f g h</body></html>",
      'line 2: this is an HTML or XML page, not a focal-plane file: it starts with "<!DOCTYPE html>"',
    ],
    [
      "an HTML page around a focal-plane file",
      `<pre>\n${ROW}\n${ROW}\n</pre>`,
      'line 1: this is an HTML or XML page, not a focal-plane file: it starts with "<pre>"',
    ],
    [
      "a JSON error",
      '{"message": "no configuration"}',
      'line 1: this is JSON, not a focal-plane file: it starts with "{\\"message\\"',
    ],
    [
      "an error text",
      "500 Internal Server Error\nThe server is not well today, please try again",
      'line 1: no line is a row of a focal plane: it starts with "500 Internal Server Error"; a focal-plane file has one line a seat with the 8 fields',
    ],
    ["a file of comments", "# $Id$\n# $Revision$\n", "line 1: no line is a row of a focal plane"],
  ])("%s", (_, text, message) => {
    expect(refusalOf(text).message).toStartWith(`the focal-plane file was not understood: ${message}`);
    expect(refusalOf(text).problems).toHaveLength(1);
  });
});

test("the largest allowed file and the longest allowed line are read", () => {
  expect(readFplane(`${ROW}\n`.repeat(4000)).rows).toHaveLength(4000);
  expect(readFplane(ROW + " ".repeat(1000 - ROW.length)).rows).toEqual([READ]);
});

test.each([...LAYOUTS])("a Windows editor's version of the layout %s reads the same", (layout) => {
  const text = renderFplane(madeUpPlane(), layout);
  expect(readFplane(`\uFEFF${text.replaceAll("\n", "\r\n")}`)).toEqual(readFplane(text));
});

describe("the real files are read (needs the real files)", () => {
  for (const [name, rows, active, commented] of [
    ["full-nominal-20181008.txt", 97, 58, 39],
    ["short-actual-20190528.txt", 45, 45, 0],
    ["short-actual-20200530-faulty.txt", 68, 68, 0],
    ["hand-2016.txt", 78, 16, 0],
    ["hand-2018-07-17.txt", 78, 40, 38],
  ] as const) {
    const text = realData(`fplane/${name}`);
    test.skipIf(text === null)(`${name}: ${rows} seats, ${active} with a SPECID, ${commented} commented out`, () => {
      const read = readFplane(text ?? "").rows;
      expect([
        read.length,
        read.filter((row) => row.specid !== null).length,
        read.filter((row) => row.commented).length,
      ]).toEqual([rows, active, commented]);
    });
  }
});
