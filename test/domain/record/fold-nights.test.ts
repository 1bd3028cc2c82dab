import { describe, expect, test } from "bun:test";
import { type Cure, type NightVerdict, NO_CURE } from "../../../src/domain/answer/night-answers.ts";
import { foldNights, type JudgedNight } from "../../../src/domain/record/fold-nights.ts";
import { nightAfter } from "../../../src/domain/time/night.ts";

const CURE: Cure = { drop: ["015"], force: false };
const VERDICTS: Readonly<Record<string, NightVerdict>> = {
  A: { kind: "good", text: "A" },
  B: { kind: "good", text: "B" },
  a: { kind: "cured", text: "A", cure: CURE },
  "-": { kind: "gap", reason: "404" },
  "!": { kind: "refused", reason: "far" },
  "?": { kind: "refused", reason: "twice" },
};

/** One letter a night, from 2020-02-27 on; a blank is a night that is not there. */
function nights(letters: string): JudgedNight[] {
  let night = "2020-02-27";
  return [...letters].flatMap((letter) => {
    const verdict = VERDICTS[letter];
    const judged = verdict === undefined ? [] : [{ night, verdict }];
    night = nightAfter(night);
    return judged;
  });
}

async function folded(letters: string): Promise<string[]> {
  const { spans, leftOut } = await foldNights(nights(letters));
  return [
    ...spans.map(({ from, until, text, cure }) => `${from}/${until} ${text}${cure === NO_CURE ? "" : " cured"}`),
    ...leftOut.map(({ from, until, kind, reason }) => `${from}/${until} ${kind} ${reason}`),
  ];
}

describe("folding nights", () => {
  test("equal nights in a row are one span, over the end of a leap February", async () => {
    expect(await folded("AAAB")).toEqual(["2020-02-27/2020-03-01 A", "2020-03-01/2020-03-02 B"]);
  });

  test("a file that comes back is another span", async () => {
    expect(await folded("ABA")).toHaveLength(3);
  });

  test("a gap ends the span before it, also when the same file follows", async () => {
    expect(await folded("A--A")).toEqual([
      "2020-02-27/2020-02-28 A",
      "2020-03-01/2020-03-02 A",
      "2020-02-28/2020-03-01 gap 404",
    ]);
  });

  test("a refused night ends the span before it, and other reasons are told apart", async () => {
    expect(await folded("A!?A")).toEqual([
      "2020-02-27/2020-02-28 A",
      "2020-03-01/2020-03-02 A",
      "2020-02-28/2020-02-29 refused far",
      "2020-02-29/2020-03-01 refused twice",
    ]);
  });

  test("a night that was not asked for ends a span too", async () => {
    expect(await folded("A A")).toEqual(["2020-02-27/2020-02-28 A", "2020-02-29/2020-03-01 A"]);
  });

  test("a cured night is a span of its own, although its text is the same", async () => {
    expect(await folded("AaA")).toEqual([
      "2020-02-27/2020-02-28 A",
      "2020-02-28/2020-02-29 A cured",
      "2020-02-29/2020-03-01 A",
    ]);
  });

  test("no nights are no spans", async () => {
    expect(await foldNights([])).toEqual({ spans: [], leftOut: [] });
  });
});
