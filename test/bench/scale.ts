import { readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { NGINX, startFplane, startNginx } from "./contenders.ts";
import { askEach, demandAnswer, type Load, shoot } from "./load.ts";
import { cpuSeconds, type Started } from "./processes.ts";
import { HOT_NIGHT, pathsOfTenYears } from "./public-history.ts";
import { type Findings, type Ratio, significant, type Table } from "./report.ts";
import { type Case, inRounds, type Measure, median } from "./rounds.ts";
import type { BenchOptions } from "./subject.ts";

const RANDOM = join(import.meta.dir, "random-nights.lua");
const PLACING = { placing: "unpinned", connections: 16 } as const;

/** What a cache in front did with a load. */
type Cached = {
  readonly name: string;
  readonly perSecond: number;
  /** Share of the requests that were answered without the server, or after it had said 304. */
  readonly hits: number;
  /** CPU time of the server, without that of the cache, in microseconds a request. */
  readonly serverCpu: number;
};

/** Two processes against one, alone and behind nginx; and a cache of nginx in front, for pinned and for floating answers. */
export async function scale(options: BenchOptions): Promise<Findings> {
  const { place, rounds, seconds } = options;
  const missing = NGINX === null ? ["nginx in front: there is no nginx"] : [];
  const [one, other] = [await startFplane(), await startFplane()];
  const started: Started[] = [one, other];
  const running = async (server: Promise<Started>) => {
    started.push(await server);
    return await server;
  };
  try {
    const load: Load = { path: `/fplane/${HOT_NIGHT}` };
    const alone = await together([one], load, options);
    const both = await together([one, other], load, options);
    if (NGINX === null) return findings({ alone, both, measured: [], cached: [] }, missing);
    const front = (name: string, servers: readonly Started[]) =>
      running(startNginx(place, name, "location / { proxy_pass http://fplane; }", PROXY + upstream(servers)));
    const cases: Case[] = [
      { name: "nginx in front of one", server: await front("one", [one]), load },
      { name: "nginx in front of two", server: await front("two", [one, other]), load },
    ];
    const measured = await inRounds(cases, { ...PLACING, rounds, seconds });
    const cache = await running(startNginx(place, "cache", keeping(place), PROXY + caches(place) + upstream([one])));
    const cached = await caching(cache, one, join(place, "cache-status.log"), options);
    return findings({ alone, both, measured, cached }, missing);
  } finally {
    for (const server of started.reverse()) await server.stop();
  }
}

const PROXY = "proxy_http_version 1.1; proxy_set_header Connection ''; proxy_set_header Host $host;";

function upstream(servers: readonly Started[]): string {
  const lines = servers.map(({ url }) => `server ${new URL(url).host};`);
  return `upstream fplane { ${lines.join(" ")} keepalive 64; }`;
}

const caches = (place: string) => `
  proxy_cache_path ${join(place, "cache")} levels=1:2 keys_zone=fplane:10m max_size=1g inactive=60d use_temp_path=off;
  log_format status $upstream_cache_status;
  map $arg_as_of $floating { "" 1; default ""; }`;

/** Pinned answers as docs/deploy/nginx.conf keeps them; floating ones, for comparison, for a second, and then revalidated. */
const keeping = (place: string) => `
  access_log ${join(place, "cache-status.log")} status;
  location / {
    proxy_pass http://fplane;
    proxy_cache fplane;
    proxy_cache_lock on;
    proxy_no_cache $floating;
    proxy_cache_bypass $floating;
  }
  location /second/ {
    proxy_pass http://fplane/;
    proxy_cache fplane;
    proxy_cache_lock on;
    proxy_cache_revalidate on;
    proxy_cache_use_stale updating;
    proxy_ignore_headers Cache-Control;
    proxy_cache_valid 200 1s;
  }`;

/** Each server loaded by a generator of its own, at the same time. @returns requests a second of all together */
async function together(servers: readonly Started[], load: Load, { rounds, seconds }: BenchOptions): Promise<number> {
  const sums: number[] = [];
  for (let round = -1; round < rounds; round += 1) {
    const options = { seconds: round < 0 ? 1 : seconds, connections: 16, cores: null };
    const shots = await Promise.all(servers.map((server) => shoot(server, load, options)));
    if (round >= 0) sums.push(shots.reduce((sum, shot) => sum + shot.perSecond, 0)); // the first was to be warm
  }
  return median(sums);
}

async function caching(cache: Started, origin: Started, log: string, { seconds }: BenchOptions): Promise<Cached[]> {
  const revision = (await demandAnswer(origin, { path: `/fplane/${HOT_NIGHT}` }, 200)).headers.get("x-fplane-revision");
  const loads: readonly [name: string, load: Load][] = [
    ["pinned answers, nights of ten years", { path: "/", script: [RANDOM, "/fplane/", "any", `?as_of=${revision}`] }],
    ["floating answers, nights of ten years, passed on", { path: "/", script: [RANDOM, "/fplane/", "any"] }],
    ["floating answers, kept a second and then revalidated", { path: "/", script: [RANDOM, "/second/fplane/", "any"] }],
  ];
  await askEach(origin, pathsOfTenYears());
  const found: Cached[] = [];
  for (const [name, load] of loads) {
    truncateSync(log);
    const before = cpuSeconds(origin.roots);
    const { perSecond } = await shoot(cache, load, { seconds: 2 * seconds, connections: 16, cores: null });
    const cpu = cpuSeconds(origin.roots) - before;
    const statuses = readFileSync(log, "utf8").trimEnd().split("\n");
    const hits = statuses.filter((status) => ["HIT", "REVALIDATED", "STALE", "UPDATING"].includes(status)).length;
    found.push({ name, perSecond, hits: hits / statuses.length, serverCpu: (cpu / statuses.length) * 1e6 });
  }
  return found;
}

type Found = {
  readonly alone: number;
  readonly both: number;
  readonly measured: readonly Measure[];
  readonly cached: readonly Cached[];
};

function findings({ alone, both, measured, cached }: Found, missing: readonly string[]): Findings {
  const rate = (name: string) => measured.find((measure) => measure.name === name)?.perSecond ?? Number.NaN;
  const told = (name: string, value: number): Ratio => ({ name, value, target: null, unit: "" });
  const tables: Table[] = [
    {
      title: "Processes, on all cores, which the load generator shares",
      head: ["", "requests/s"],
      rows: [
        ["one process", alone],
        ["two processes, a port each", both],
        ["nginx in front of one", rate("nginx in front of one")],
        ["nginx in front of two", rate("nginx in front of two")],
      ].map(([name, value]) => [String(name), significant(Number(value))]),
    },
    {
      title: "A cache of nginx in front of one process",
      head: ["", "requests/s", "share of hits", "CPU µs of the server a request"],
      rows: cached.map(({ name, perSecond, hits, serverCpu }) => [
        name,
        ...[perSecond, hits, serverCpu].map(significant),
      ]),
    },
  ];
  return {
    tables,
    ratios: [
      told("two processes against one", both / alone),
      told(
        "nginx in front of two against in front of one",
        rate("nginx in front of two") / rate("nginx in front of one"),
      ),
      ...cached.map(({ name, hits }) => told(`hits: ${name}`, hits)),
    ],
    figures: { alone, both, measured, cached },
    missing,
  };
}
