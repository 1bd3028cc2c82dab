import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { FplaneError } from "../../src/domain/errors.ts";
import { parseJson } from "../../src/domain/json-text.ts";

function refusal(text: string): FplaneError {
  try {
    parseJson(text, "status.json");
  } catch (error) {
    if (error instanceof FplaneError) return error;
  }
  throw new Error(`${JSON.stringify(text)} was not refused with an error of ours`);
}

const FAULTS: readonly (readonly [text: string, place: string, told: string])[] = [
  ["{", "line 1, column 2", "the text ends; a name in double quotes or } is wanted here"],
  ['{"a": [1,\n2,', "line 2, column 3", "the text ends; a value is wanted here"],
  ['{"a": 1\n  "b": 2}', "line 2, column 3", 'a comma or } is wanted here, not "\\"b\\": 2}"'],
  ['{"a" 1}', "line 1, column 6", "a colon is wanted here"],
  ['{"a": 1,}', "line 1, column 9", "a name in double quotes is wanted here"],
  ["[1, 2,]", "line 1, column 7", "a value is wanted here"],
  ["[1}", "line 1, column 3", "a comma or ] is wanted here"],
  ["{'a': 1}", "line 1, column 2", "this looks like Python, not JSON"],
  ['{"a": None}', "line 1, column 7", "this looks like Python, not JSON"],
  ['{"a": 01}', "line 1, column 8", "a comma or } is wanted here"],
  ['{"a": "b\n"}', "line 1, column 7", "this text in quotes does not end"],
  ['["\\x41"]', "line 1, column 2", "an escape that JSON does not have"],
  ["{} {}", "line 1, column 4", "the end of the text is wanted here"],
  ["<html>", "line 1, column 1", 'a value is wanted here, not "<html>"'],
  ["\n\n  tru", "line 3, column 3", 'a value is wanted here, not "tru"'],
];

describe("reading JSON", () => {
  test.each(FAULTS)("%j is refused with the place and what would be right", (text, place, told) => {
    const { code, message } = refusal(text);
    expect(code).toBe("bad-json");
    expect(message).toStartWith(`status.json is not JSON: ${place}: `);
    expect(message).toContain(told);
  });

  test("an empty text is told as such", () => {
    expect(refusal(" \n").message).toBe("status.json is empty; JSON is wanted");
  });

  test("line and column are also in the details", () => {
    expect(refusal("[1,\n?").details).toEqual({ line: 2, column: 1 });
  });

  test("a hundred thousand open brackets are refused at their end, without running out of stack", () => {
    expect(refusal("[".repeat(100_000)).details).toMatchObject({ line: 1 });
  });

  test("a fault after a text of millions of escapes is told where it is", () => {
    const text = `["${"\\n".repeat(2_000_000)}", x]`;
    expect(refusal(text).details).toEqual({ line: 1, column: text.length - 1 });
  });

  test("what stands there instead is shown without what could move a terminal's cursor", () => {
    expect(refusal("[\u009b\u202e]").message).toContain('not "\\u009b\\u202e]"');
  });

  test("whatever is JSON is read as JSON.parse reads it", () => {
    fc.assert(fc.property(fc.json(), (text) => expect(parseJson(text, "x")).toEqual(JSON.parse(text))));
  });

  test("JSON that is cut off anywhere is refused within the text or at its end", () => {
    fc.assert(
      fc.property(fc.json(), fc.double({ min: 0, max: 1, noNaN: true }), (json, share) => {
        const text = `[${json}`.slice(0, 1 + Math.floor(share * json.length));
        const { column } = refusal(text).details as { column: number };
        expect(column).toBeLessThanOrEqual(text.length + 1);
      }),
    );
  });
});
