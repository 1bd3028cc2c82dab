import { describe, expect, test } from "bun:test";
import { type Progress, progressLine, progressOf, watched } from "../../../bin/output/progress.ts";

const half = { what: "nights", done: 182, all: 365, seconds: 12 };

describe("progress", () => {
  test.each([
    [80, "nights  ###################.....................    49 %  182 of 365, 13 s left"],
    [50, "nights  #####......    49 %  182 of 365, 13 s left"],
    [30, "nights 49 %  182 of 365, 13 s"],
  ])("on %i columns", (columns, line) => {
    const shown = progressLine({ ...half, columns });
    expect(shown).toStartWith(line.slice(0, 20));
    expect(shown.length).toBeLessThan(columns);
  });

  test("is only a count where nobody knows how much there is", () => {
    expect(progressLine({ what: "revisions", done: 400, all: null, seconds: 3, columns: 80 })).toBe("revisions  400");
  });

  test("tells minutes and hours that are left, and none at the end", () => {
    const left = (seconds: number, done: number) =>
      /, (.*) left/.exec(progressLine({ what: "x", done, all: 100, seconds, columns: 80 }))?.[1];
    expect([left(600, 50), left(7200, 50), left(10, 100), left(0, 0)]).toEqual([
      "10 min",
      "2.0 h",
      undefined,
      undefined,
    ]);
  });

  test("is drawn ten times a second at most, and taken away at the end", () => {
    const lines: string[] = [];
    let now = 0;
    const progress = progressOf({ live: { columns: 80, show: (line) => void lines.push(line) } }, "x", 10, () => now);
    for (let done = 1; done <= 10; done += 1) {
      now += 30;
      progress.at(done);
    }
    progress.end();
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.length).toBeLessThan(6);
    expect(lines.at(-1)).toBe("");
  });

  test("is silent where there is no terminal", () => {
    const progress = progressOf({ live: null }, "x", 10);
    expect(() => {
      progress.at(1);
      progress.end();
    }).not.toThrow();
  });

  test("follows what passes, by its size, and ends also when that ends in an error", async () => {
    const told: (number | "end")[] = [];
    const progress: Progress = { at: (done) => void told.push(done), end: () => void told.push("end") };
    async function* words() {
      yield* ["ab", "c"];
      throw new Error("torn");
    }
    const passing = Array.fromAsync(watched(words(), progress, (word) => word.length));
    await expect(passing).rejects.toThrow("torn");
    expect(told).toEqual([2, 3, "end"]);
  });
});
