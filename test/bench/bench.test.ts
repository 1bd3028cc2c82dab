import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { initDirectory } from "../support/live-server.ts";
import { barChart } from "./chart.ts";
import { flameOf, intervalOf, selfTimes } from "./flame.ts";
import { flameChart } from "./flame-chart.ts";
import { WRK } from "./load.ts";
import { residentMegabytes } from "./processes.ts";
import { type Findings, isMet, measureTable, printed, ratioOf, ratioTable } from "./report.ts";
import { keepResults, readResults, resultsText } from "./results.ts";
import { inRounds, median, percentile } from "./rounds.ts";
import { serveSite } from "./site.ts";

async function inPlace(act: (place: string) => Promise<void>): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), "fplane-bench-test-"));
  try {
    await act(place);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

test.skipIf(WRK === null)("the bench loads our server and tells what came of it (needs wrk)", async () => {
  const server = await serveSite({ directory: await initDirectory(), key: "" }, { LOG_LOWER_LEVEL: "warning" });
  try {
    const cases = [{ name: "fplane", server, load: { path: "/healthz" } }];
    const measured = await inRounds(cases, { rounds: 1, seconds: 1, connections: 2, placing: "unpinned" });
    expect(measured.map((measure) => measure.perSecond > 0 && measure.p99 > 0)).toEqual([true]);
    expect(residentMegabytes(server.roots)).toBeGreaterThan(10);
    expect(ratioOf(measured, "fplane", "nobody")).toBeNaN();
    expect(printed(measureTable("A table", measured, "fplane"))).toMatch(/^A table\n\n.*requests\/s.*\nfplane +\d/);
  } finally {
    await server.stop();
  }
});

const RUN = {
  at: "2026-01-01T00:00:00Z",
  machine: { cpu: "a", cores: 2, memoryGB: 8 },
  bun: "1",
  busy: 9,
  rounds: 5,
  seconds: 5,
};

const FOUND: Findings = {
  tables: [{ title: "Times", head: ["", "ms"], rows: [["a | b", "1"]] }],
  ratios: [
    { name: "quick enough", value: 2, target: { least: 1 }, unit: "" },
    { name: "too slow", value: 11, target: { most: 10 }, unit: "ms" },
    { name: "not measured", value: Number.NaN, target: { most: 10 }, unit: "ms" },
  ],
  figures: {},
  missing: ["nginx: there is none"],
  picture: { title: "Rates", svg: "<svg/>" },
};

test("what was found is kept beside what others found, and is told in the documentation", async () => {
  await inPlace(async (place) => {
    keepResults(place, "one", FOUND, RUN);
    keepResults(place, "two", { ...FOUND, picture: undefined }, RUN);
    const results = readResults(place);
    expect(Object.keys(results)).toEqual(["one", "two"]);
    const text = resultsText(results, "one");
    expect(text).toContain("| too slow | 11 ms | ≤ 10 ms | NO |");
    expect(text).toContain("| not measured | missing | ≤ 10 ms |  |");
    expect(text).toContain("| a \\| b | 1 |");
    expect(text).toContain("The machine was busy");
    expect(text).toContain("Not measured: nginx: there is none.");
    expect(resultsText(results, "three")).toBe("Not measured yet.");
    expect(await Bun.file(join(place, "pictures", "speed-one.svg")).text()).toBe("<svg/>");
  });
});

test("a target is met, missed, or there is none", () => {
  expect(FOUND.ratios.map(isMet)).toEqual([true, false, null]);
  expect(printed(ratioTable(FOUND.ratios))).toContain("too slow");
});

test("the median is the middle, a percentile a value that was measured", () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  expect([percentile([5, 1, 3], 0.5), percentile([5, 1, 3], 0.99)]).toEqual([3, 5]);
});

test("a profile of a function is all that was called from it, however it was reached", () => {
  const node = (id: number, functionName: string, url: string, children: number[] = []) => ({
    ...{ id, children },
    callFrame: { functionName, url },
  });
  const nodes = [
    node(1, "(root)", "", [2, 3, 9]),
    node(2, "fetch", "file:///a/listen.ts", [4, 5]),
    node(3, "other", "file:///a/other.ts", [6]),
    node(4, "find", "file:///a/ready.ts", [7]),
    node(5, "", "file:///a/log.ts"),
    node(6, "fetch", "file:///a/listen.ts", [8]),
    node(7, "Response", ""),
    node(8, "find", "file:///a/ready.ts"),
    node(9, "fetch", "file:///a/client.ts"),
  ];
  const flame = flameOf({ nodes, samples: [1, 2, 4, 7, 7, 5, 3, 6, 8, 8, 9] }, "fetch", "listen.ts");
  expect(intervalOf({ timeDeltas: [900, 310, 300, 5000, 600, 290, 700, 1500, 305, 4000] })).toBe(290);
  expect(flame).toMatchObject({
    ...{ name: "fetch, listen.ts", samples: 8, self: 2 },
    children: [
      { name: "find, ready.ts", samples: 5, self: 3, children: [{ name: "Response", samples: 2, self: 2 }] },
      { name: "(nameless), log.ts", samples: 1, self: 1, children: [] },
    ],
  });
  expect(selfTimes(flame).map(({ name, samples }) => [name, samples])).toEqual([
    ["find, ready.ts", 3],
    ["fetch, listen.ts", 2],
    ["Response", 2],
    ["(nameless), log.ts", 1],
  ]);
  const chart = flameChart("T <1>", "1 µs", flame);
  const boxes = [...chart.matchAll(/<rect[^>]* x="([\d.]+)" y="(\d+)" width="([\d.]+)"/g)].map((m) =>
    m.slice(1).map(Number),
  );
  const [whole = [], find = [], response = [], log = []] = boxes;
  expect([find[2], log[2], response[2]].map((width) => (width ?? 0) / (whole[2] ?? 1))).toEqual([
    expect.closeTo(5 / 8, 2),
    expect.closeTo(1 / 8, 2),
    expect.closeTo(2 / 8, 2),
  ]);
  expect([find[0], log[0]]).toEqual([whole[0], expect.closeTo((find[0] ?? 0) + (find[2] ?? 0), 0)]);
  expect([find[1], response[1]]).toEqual([(whole[1] ?? 0) + 20, (whole[1] ?? 0) + 40]);
  expect(chart).toContain("find, ready.ts: 62.5 %");
  expect(chart).toContain("T &lt;1>");
});

test("the longest bar of a chart is the largest value", () => {
  const bars = [
    { name: "a", value: 10 },
    { name: "b", value: 40 },
  ];
  const [small = 0, large = 0] = [...barChart("T", "", bars).matchAll(/<rect[^>]* width="([\d.]+)"/g)].map((m) =>
    Number(m[1]),
  );
  expect(large / small).toBeCloseTo(4, 1);
});
