import { existsSync } from "node:fs";
import { oldStackLacks, PYTHON, startFplane, startOldStack } from "./contenders.ts";
import { demandAnswer } from "./load.ts";
import { residentMegabytes, type Started } from "./processes.ts";
import { nightsFrom } from "./public-history.ts";
import { type Findings, type Ratio, significant } from "./report.ts";
import { median } from "./rounds.ts";
import type { BenchOptions } from "./subject.ts";

/** What a survey script does: one night after the other, each kept in a file. */
const LOOP = `
import sys, urllib.request
for night in sys.argv[2].split(","):
    with urllib.request.urlopen(sys.argv[1] + "/fplane/" + night) as answer, open("fplane%s.txt" % night, "wb") as file:
        file.write(answer.read())
`;

const YEAR = nightsFrom("20190101", 365);

/** A year of nights and ten thousand dates in one request, against the loop that asks for each. */
export async function bulk({ place, rounds, quick }: BenchOptions): Promise<Findings> {
  const lacks = oldStackLacks();
  const missing = lacks === null ? [] : [`the old stack: there is no ${lacks}`];
  const ours = await startFplane();
  const old = lacks === null ? await startOldStack(place) : null;
  const took = new Map<string, number[]>();
  const nights = quick ? YEAR.slice(0, 10) : YEAR;
  const share = nights.length / YEAR.length;
  /** @param share of the work that was done; the time is told for all of it */
  const time = async (name: string, act: () => Promise<unknown>, share = 1) => {
    const before = performance.now();
    await act();
    took.set(name, [...(took.get(name) ?? []), (performance.now() - before) / share]);
  };
  // Ten years of nights, and each of the later ones again by a time of day: ten thousand questions, all different.
  const many = nightsFrom("20170110", 2500).flatMap((night) =>
    ["03:00:00", "06:00:00", "09:00:00", "12:00:00"].map((time) => `${night}T${time}`),
  );
  try {
    await manyAtOnce(ours, many);
    const before = residentMegabytes(ours.roots);
    for (let round = 0; round < rounds; round += 1) {
      await time(ONE, () => manyAtOnce(ours, YEAR));
      await time(MANY, () => manyAtOnce(ours, many));
      if (existsSync(PYTHON)) await time(LOOP_OURS, () => loop(ours, place, nights), share);
      if (old !== null) await time(LOOP_OLD, () => loop(old, place, nights), share);
    }
    const grown = residentMegabytes(ours.roots) - before;
    return findings(new Map([...took].map(([name, all]) => [name, median(all)])), grown, missing);
  } finally {
    await ours.stop();
    await old?.stop();
  }
}

const ONE = "POST /fplanes, 365 nights";
const MANY = "POST /fplanes, 10,000 dates";
const LOOP_OURS = "Python's loop over 365 nights, of fplane";
const LOOP_OLD = "Python's loop over 365 nights, of the old stack";

async function manyAtOnce(server: Started, dates: readonly string[]): Promise<void> {
  const answer = await fetch(`${server.url}/fplanes`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ dates }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`/fplanes: ${answer.status} ${text.slice(0, 300)}`);
  const lines = text.split("\n").length - 1;
  if (lines < dates.length) throw new Error(`/fplanes: ${lines} lines for ${dates.length} dates`);
}

async function loop(server: Started, place: string, nights: readonly string[]): Promise<void> {
  await demandAnswer(server, { path: `/fplane/${nights[0]}` }, 200);
  const child = Bun.spawn([PYTHON, "-c", LOOP, server.url, nights.join(",")], { cwd: place, stderr: "pipe" });
  if ((await child.exited) !== 0) throw new Error(`Python: ${await new Response(child.stderr).text()}`);
}

function findings(took: ReadonlyMap<string, number>, grown: number, missing: readonly string[]): Findings {
  const of = (name: string) => took.get(name) ?? Number.NaN;
  const least = (name: string, value: number, bound: number): Ratio => {
    return { name, value, target: { least: bound }, unit: "" };
  };
  return {
    tables: [
      {
        title: "Many dates, from the question to the last byte",
        head: ["", "ms"],
        rows: [...took].map(([name, milliseconds]) => [name, significant(milliseconds)]),
      },
    ],
    ratios: [
      least("365 nights at once against the loop of the old stack", of(LOOP_OLD) / of(ONE), 50),
      { name: "365 nights at once against the loop of fplane", value: of(LOOP_OURS) / of(ONE), target: null, unit: "" },
      { name: "10,000 dates", value: of(MANY), target: { most: 500 }, unit: "ms" },
      { name: "memory that the server took meanwhile", value: grown, target: null, unit: "MB" },
    ],
    figures: { took: Object.fromEntries(took), grown },
    missing,
  };
}
