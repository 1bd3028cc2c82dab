import { describe, expect, test } from "bun:test";
import {
  type Cure,
  judgeNight,
  type NightAnswers,
  VARIANTS,
  type Variant,
} from "../../../src/domain/answer/night-answers.ts";
import { nominalPosition } from "../../../src/domain/plane/seat.ts";
import { oldText, withSeats } from "../../support/old-fplaneserver.ts";
import { madeUpPlane } from "../../support/planes.ts";
import { realData } from "../../support/real-data.ts";

const PLANE = madeUpPlane();
const FULL = oldText(PLANE, "full-actual");

/** What an old server gives for a plane, with some of the answers replaced: a text, or a refusal. */
function answersOf(replaced: Partial<Record<Variant, string | { refusal: string }>> = {}, plane = PLANE): NightAnswers {
  const answers = VARIANTS.map((variant) => {
    const answer = replaced[variant] ?? oldText(plane, variant);
    return [variant, typeof answer === "string" ? { text: answer } : answer] as const;
  });
  return Object.fromEntries(answers) as NightAnswers;
}

/** Seat 015 carries the unit and the position of seat 013, as the old server once had it. */
const { specid = null, ifuid = null, x = 0, y = 0 } = PLANE.virus.find((row) => row.ifuslot === "013") ?? {};
const FAULTY = withSeats(PLANE, {
  "013": { specid: null, ifuid: null },
  "015": { specid, ifuid, x, y },
});

const DROP_015: Cure = { drop: ["015"], force: false };
const FORCE: Cure = { drop: [], force: true };

describe("judging one night of an old server", () => {
  test("four files that agree are good, and the full one with actual positions stands for the night", () => {
    expect(judgeNight(answersOf(), [])).toEqual({ kind: "good", text: FULL });
  });

  test("a night without any file is a gap, with what the server said", () => {
    const refusal = "404 Not Found";
    const refused = Object.fromEntries(VARIANTS.map((variant) => [variant, { refusal }]));
    expect(judgeNight(answersOf(refused), [])).toEqual({ kind: "gap", reason: refusal });
  });

  const swapped = withSeats(PLANE, { "013": { specid: "999" } });
  const contradictions: readonly (readonly [what: string, Parameters<typeof answersOf>[0], told: RegExp])[] = [
    ["a file is missing", { "short-actual": { refusal: "500" } }, /some were not: short-actual \(500\)/],
    ["the full one is missing", { "full-actual": { refusal: "500" } }, /some were not: full-actual \(500\)/],
    [
      "the nominal file has another unit",
      { "full-nominal": oldText(swapped, "full-nominal") },
      /full-nominal lacks seat 013/,
    ],
    ["the short file lacks a row", { "short-actual": lastRowCut("short-actual") }, /short-actual lacks seat 10[56]/],
    ["the short file has a row too many", { "short-nominal": FULL }, /full-nominal lacks seat/],
    [
      "the short file has another position",
      { "short-actual": oldText(PLANE, "short-nominal") },
      /short-actual lacks seat/,
    ],
    ["an answer is no file", { "short-nominal": "<html>Login</html>" }, /short-nominal: .*HTML/],
    ["the full answer is no file", { "full-actual": "Internal error" }, /not understood/],
  ];
  test.each(contradictions)("%s: the night is refused", (_what, replaced, told) => {
    const verdict = judgeNight(answersOf(replaced), [DROP_015]);
    expect(verdict).toMatchObject({ kind: "refused", reason: expect.stringMatching(told) });
  });

  test("a row far from its seat refuses the night, naming it", () => {
    const verdict = judgeNight(answersOf({}, FAULTY), []);
    expect(verdict).toMatchObject({
      kind: "refused",
      reason: expect.stringMatching(/seat 015: its position .* 200\.15 arcsec/),
    });
  });

  test("the first cure that helps is taken, and a good night takes none", () => {
    const allowed = [DROP_015, FORCE];
    expect(judgeNight(answersOf({}, FAULTY), allowed)).toMatchObject({ kind: "cured", cure: DROP_015 });
    expect(judgeNight(answersOf({ "short-actual": "" }), allowed)).toMatchObject({ kind: "cured", cure: FORCE });
    expect(judgeNight(answersOf(), allowed)).toMatchObject({ kind: "good" });
  });

  test("force takes a far position, but never one unit in two seats", () => {
    const far = withSeats(PLANE, { "013": { ...nominalPosition("015") } });
    expect(judgeNight(answersOf({}, far), [FORCE])).toMatchObject({ kind: "cured", cure: FORCE });
    const twice = withSeats(PLANE, { "014": { specid } });
    expect(judgeNight(answersOf({}, twice), [FORCE])).toMatchObject({ kind: "refused" });
  });

  const real = realData("fplane/short-actual-20200530-faulty.txt");
  test.skipIf(real === null)("the faulty night of 2020-05-30 is refused for seat 015 (needs the real files)", () => {
    const verdict = judgeNight(answersOf({ "full-actual": real ?? "", "short-actual": real ?? "" }), []);
    expect(verdict).toMatchObject({
      kind: "refused",
      reason: expect.stringMatching(/seat 015: its position .* 141\.445 arcsec/),
    });
  });
});

function lastRowCut(variant: Variant): string {
  return `${oldText(PLANE, variant).trimEnd().split("\n").slice(0, -1).join("\n")}\n`;
}
