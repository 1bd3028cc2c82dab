import { join } from "node:path";
import { hasOpenssl, makeCertificate } from "../support/certificate.ts";
import { startPostgres } from "../support/postgres.ts";
import { barChart } from "./chart.ts";
import {
  NGINX,
  oldStackLacks,
  startBunStatic,
  startFplane,
  startNginxFile,
  startOldStack,
  startPostgresQuery,
  startPrepared,
} from "./contenders.ts";
import { askEach, demandAnswer, type Load } from "./load.ts";
import type { Started } from "./processes.ts";
import { HOT_NIGHT, pathsOfTenYears } from "./public-history.ts";
import { type Findings, measureTable, type Ratio, ratioOf } from "./report.ts";
import { type Case, inRounds, type Measure, type Placing } from "./rounds.ts";
import type { BenchOptions } from "./subject.ts";

const TITLE = "Requests a second, one core for the server";
const RANDOM = join(import.meta.dir, "random-nights.lua");
const BUN = "Bun's static route";
const NGINX_FILE = "nginx, a file";
const OLD = "the old stack";
const HOT = "fplane, 200";
const PREPARED = "a bare handler with our bytes and headers";
const LUA = "wrk with Lua";
const [ONE_NIGHT, TEN_YEARS] = [`${LUA}, one night`, `${LUA}, nights of ten years`];
const BATCH = 50;

/** Everything that answers a single request: ours in its variants, and what it is compared with. */
export async function read(options: BenchOptions): Promise<Findings> {
  const { place, rounds, seconds } = options;
  const postgres = await startPostgres();
  const missing: string[] = [];
  const servers: Started[] = [];
  const start = async (name: string, lacks: string | null, starting: () => Promise<Started>) => {
    if (lacks !== null) {
      missing.push(`${name}: there is no ${lacks}`);
      return null;
    }
    const server = await starting();
    servers.push(server);
    return server;
  };
  try {
    const bun = await start(BUN, null, () => startBunStatic(place));
    const nginx = await start(NGINX_FILE, NGINX === null ? "nginx" : null, () => startNginxFile(place));
    const old = await start(OLD, oldStackLacks(), () => startOldStack(place));
    const query = await start("a query each", postgres === null ? "PostgreSQL" : null, async () => {
      if (postgres === null) throw new Error("there is no PostgreSQL");
      return await startPostgresQuery(postgres);
    });
    const ours = await start("fplane", null, () => startFplane());
    const secure = await start("fplane, HTTPS", hasOpenssl ? null : "openssl", () => startFplane(certificate()));
    if (ours === null) throw new Error("unreachable: fplane lacks nothing");
    const prepared = await start(PREPARED, null, () => startPrepared(ours));
    const file: Load = { path: `/fplane/${HOT_NIGHT}` };
    const given: readonly [string, Started | null, Load][] = [
      [BUN, bun, file],
      [NGINX_FILE, nginx, file],
      [PREPARED, prepared, file],
      ...nightLoads().map(([name, load]): [string, Started | null, Load] => [`${PREPARED}, ${name}`, prepared, load]),
      ...(await ourLoads(ours)).map(([name, load]): [string, Started, Load] => [name, ours, load]),
      ["fplane, 200, HTTPS", secure, file],
      ["a PostgreSQL query each", query, file],
      [OLD, old, file],
    ];
    await askEach(ours, pathsOfTenYears());
    const cases: Case[] = given.flatMap(([name, server, load]) => (server === null ? [] : [{ name, server, load }]));
    const measured: Measure[] = [];
    for (const placing of ["pinned", "unpinned"] as const) {
      measured.push(...(await inRounds(cases, { rounds, seconds, connections: 16, placing })));
    }
    const crowd = cases.filter(({ name }) => [HOT, NGINX_FILE, BUN].includes(name));
    const crowded = await inRounds(crowd, { rounds, seconds, connections: 256, placing: "pinned" });
    return findings(measured, crowded, missing);
  } finally {
    for (const server of servers) await server.stop();
    await postgres?.stop();
  }
}

/** The certificate is of an authority that nobody knows; the load generator does not ask. */
function certificate() {
  const { cert, key } = makeCertificate();
  return { TLS_CERT_FILE: cert, TLS_KEY_FILE: key };
}

/** What is asked of our server, each asked once to see that it is answered as it should be. */
async function ourLoads(ours: Started): Promise<[name: string, load: Load][]> {
  const file: Load = { path: `/fplane/${HOT_NIGHT}` };
  const etag = (await demandAnswer(ours, file, 200)).headers.get("etag") ?? "";
  const known: Load = { ...file, headers: { "If-None-Match": etag } };
  await demandAnswer(ours, known, 304);
  const compressed = gzipped(file);
  const single: Load = { path: trpcPath([HOT_NIGHT]) };
  const batch: Load = {
    path: trpcPath(Array.from({ length: BATCH }, (_, i) => String(Number("20190301") + (i % 28)))),
  };
  for (const load of [compressed, single, batch, gzipped(single), gzipped(batch)]) await demandAnswer(ours, load, 200);
  const pinned: Load = { path: `/fplane/${HOT_NIGHT}?as_of=1` };
  const asOf = (await fetch(ours.url + pinned.path)).status;
  return [
    [HOT, file],
    ["fplane, 304", known],
    ["fplane, 200, gzip", compressed],
    ...nightLoads().map(([name, load]): [string, Load] => [`${HOT}, ${name}`, load]),
    ...(asOf === 200 ? ([["fplane, 200, pinned", pinned]] as [string, Load][]) : []),
    ["fplane, tRPC getFplane", single],
    [`fplane, tRPC batch of ${BATCH}`, batch],
    ["fplane, tRPC getFplane, gzip", gzipped(single)],
    [`fplane, tRPC batch of ${BATCH}, gzip`, gzipped(batch)],
  ];
}

/** The same night again and again, and any night of ten years, by the same generator. */
function nightLoads(): [name: string, load: Load][] {
  return [
    [ONE_NIGHT, { path: "/fplane/", script: [RANDOM, "/fplane/", "same"] }],
    [TEN_YEARS, { path: "/fplane/", script: [RANDOM, "/fplane/", "any"] }],
  ];
}

/** As every client that is not a load generator asks. */
function gzipped(load: Load): Load {
  return { ...load, headers: { "Accept-Encoding": "gzip" } };
}

/** A query of getFplane for each of the nights, as the typed client sends it. */
function trpcPath(nights: readonly string[]): string {
  const [night] = nights;
  if (nights.length === 1) return `/trpc/getFplane?input=${encodeURIComponent(JSON.stringify({ datestr: night }))}`;
  const inputs = Object.fromEntries(nights.map((datestr, i) => [i, { datestr }]));
  const names = nights.map(() => "getFplane").join(",");
  return `/trpc/${names}?batch=1&input=${encodeURIComponent(JSON.stringify(inputs))}`;
}

function findings(measured: readonly Measure[], crowded: readonly Measure[], missing: readonly string[]): Findings {
  const by = (placing: Placing) => measured.filter((measure) => measure.placing === placing);
  const pinned = by("pinned");
  const p99 = (name: string) => crowded.find((measure) => measure.name === name)?.p99 ?? Number.NaN;
  const batch = `fplane, tRPC batch of ${BATCH}`;
  const least = (name: string, value: number, bound: number): Ratio => {
    return { name, value, target: { least: bound }, unit: "" };
  };
  const ratios: Ratio[] = [
    least("200 against Bun's static route", ratioOf(pinned, HOT, BUN), 0.6),
    least("200 against nginx with a file", ratioOf(pinned, HOT, NGINX_FILE), 0.9),
    least(
      "random nights of ten years against one night",
      ratioOf(pinned, `${HOT}, ${TEN_YEARS}`, `${HOT}, ${ONE_NIGHT}`),
      0.9,
    ),
    {
      name: "the same of a bare handler",
      value: ratioOf(pinned, `${PREPARED}, ${TEN_YEARS}`, `${PREPARED}, ${ONE_NIGHT}`),
      target: null,
      unit: "",
    },
    { name: "200 against a bare handler", value: ratioOf(pinned, HOT, PREPARED), target: null, unit: "" },
    least("304 against 200", ratioOf(pinned, "fplane, 304", HOT), 1),
    least("200 against the old stack, one core each", ratioOf(pinned, HOT, OLD), 30),
    least("200 against the old stack, all cores", ratioOf(by("unpinned"), HOT, OLD), 30),
    least("tRPC getFplane against Bun's static route", ratioOf(pinned, "fplane, tRPC getFplane", BUN), 0.15),
    least(
      `nights a second in batches of ${BATCH} against single calls, as the typed client asks (gzip)`,
      BATCH * ratioOf(pinned, `${batch}, gzip`, "fplane, tRPC getFplane, gzip"),
      10,
    ),
    least("HTTPS against plain", ratioOf(pinned, "fplane, 200, HTTPS", HOT), 0.55),
    { name: "p99 at 256 connections against nginx", value: p99(HOT) / p99(NGINX_FILE), target: { most: 3 }, unit: "" },
  ];
  const bars = pinned.map(({ name, perSecond }) => ({ name, value: perSecond }));
  return {
    tables: [
      measureTable("One core for the server, one for the load; 16 connections", pinned, BUN),
      measureTable("Server and load on any core; 16 connections", by("unpinned"), BUN),
      measureTable("One core each; 256 connections", crowded, BUN),
    ],
    ratios,
    figures: { measured, crowded },
    missing,
    picture: { title: TITLE, svg: barChart(TITLE, "requests/s", bars) },
  };
}
