import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startProfiled } from "./contenders.ts";
import { type Flame, flameOf, intervalOf, type Profile, selfTimes } from "./flame.ts";
import { flameChart } from "./flame-chart.ts";
import { demandAnswer, type Load, type Shot, shoot } from "./load.ts";
import { HOT_NIGHT } from "./public-history.ts";
import { type Findings, significant } from "./report.ts";
import type { BenchOptions } from "./subject.ts";

/** Microseconds between two looks at the stack that the profiler is asked for. */
const INTERVAL = 200;
const MOST_TOLD = 14;
const TITLE = "What the handler of a request does, of an answer that is ready";

/** Where the time of a request goes that is answered from memory: a profile of the real server under load. */
export async function profile({ place, rounds, seconds }: BenchOptions): Promise<Findings> {
  const server = await startProfiled(place, INTERVAL);
  const load: Load = { path: `/fplane/${HOT_NIGHT}` };
  const shots: Shot[] = [];
  try {
    await demandAnswer(server, load, 200);
    for (let i = 0; i < rounds; i += 1)
      shots.push(await shoot(server, load, { seconds, connections: 64, cores: null }));
  } finally {
    await server.stop(); // then the profile is written
  }
  const seen = profileIn(place);
  const flame = flameOf(seen, "fetch", "listen.ts");
  const requests = shots.reduce((sum, { perSecond }) => sum + perSecond * seconds, 0);
  const cpu = shots.reduce((sum, { cpuMicroseconds }) => sum + cpuMicroseconds, 0) / shots.length;
  return findings(flame, { handler: (flame.samples * intervalOf(seen)) / requests, cpu });
}

function profileIn(place: string): Profile {
  const name = readdirSync(place).find((each) => each.endsWith(".cpuprofile"));
  if (name === undefined) throw new Error("the server has left no profile");
  return JSON.parse(readFileSync(join(place, name), "utf8")) as Profile;
}

function findings(flame: Flame, { handler, cpu }: { handler: number; cpu: number }): Findings {
  const most = selfTimes(flame).slice(0, MOST_TOLD);
  const microseconds = (samples: number) => significant((samples / flame.samples) * handler);
  return {
    tables: [
      {
        title: "A request, profiled",
        head: ["", "µs"],
        rows: [
          ["CPU time of the server, with the profiler looking on", significant(cpu)],
          ["of that in the handler: JavaScript, and what it calls in Bun", significant(handler)],
          ...most.map(({ name, samples }) => [`\u2003${name}`, microseconds(samples)]),
        ],
      },
    ],
    ratios: [],
    figures: { handler, cpu, most },
    missing: [],
    picture: { title: TITLE, svg: flameChart(TITLE, `${significant(handler)} µs`, flame) },
  };
}
