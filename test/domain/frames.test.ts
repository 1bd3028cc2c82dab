import { expect, test } from "bun:test";
import { readFrames } from "../../src/domain/frames.ts";

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
    expect(() => read({ [name]: value })).toThrow(/^line 1: /);
});

test("a file without a name is told by its place in the list", () => {
  for (const file of [{ toString: 1 }, [], true, null, undefined])
    expect(() => read({ file })).toThrow("line 1: when was frame 1 taken?");
});
