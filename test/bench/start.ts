import { existsSync } from "node:fs";
import { join } from "node:path";
import { startPostgres } from "../support/postgres.ts";
import { PROGRAM, PYTHON } from "./contenders.ts";
import type { Started } from "./processes.ts";
import { HOT_NIGHT, historyFiles } from "./public-history.ts";
import { type Findings, type Ratio, significant } from "./report.ts";
import { median, percentile } from "./rounds.ts";
import { asked, initSite, type Site, serveSite } from "./site.ts";
import type { BenchOptions } from "./subject.ts";

/** A program that is run to its end many times. Milliseconds. */
type Runs = { readonly name: string; readonly p50: number; readonly p99: number };

const COMPILED = join(PROGRAM, "..", "..", "dist", `fplane-${process.platform}-${process.arch}`);
const [GET, BARE, PYTHON_GET, CURL, COMPILED_GET] = [
  "bun bin/fplane.ts get",
  "bun -e with one fetch",
  "Python's urllib",
  "curl",
  "the compiled program's get",
];
const URLLIB = "import sys, urllib.request; sys.stdout.buffer.write(urllib.request.urlopen(sys.argv[1]).read())";

/** How long a client takes for one file, and a server until it answers. */
export async function start(options: BenchOptions): Promise<Findings> {
  const { place, quick } = options;
  const missing: string[] = [];
  const postgres = await startPostgres();
  try {
    const embedded = initSite(join(place, "start-embedded"));
    await withHistory(embedded);
    const server = await serveSite(embedded);
    let runs: Runs[];
    try {
      runs = await measureClients(server, place, quick ? 3 : 40, missing);
    } finally {
      await server.stop();
    }
    const serves: Runs[] = [await measureServe("serve, embedded", embedded, quick)];
    if (postgres === null) missing.push("serve on PostgreSQL: there is no PostgreSQL");
    else {
      const site = initSite(join(place, "start-postgres"), await postgres.createDatabase());
      await withHistory(site);
      serves.push(await measureServe("serve, PostgreSQL", site, quick));
    }
    return findings(runs, serves, missing);
  } finally {
    await postgres?.stop();
  }
}

/** The server has something to read when it starts. */
async function withHistory(site: Site): Promise<void> {
  const server = await serveSite(site);
  try {
    const files = historyFiles().map(({ night, text }) => ({ name: `fplane${night}.txt`, text, from: night }));
    await asked(server, site, "/trpc/importFplane", { files, reason: "the public history", commit: true });
  } finally {
    await server.stop();
  }
}

async function measureClients(server: Started, place: string, times: number, missing: string[]): Promise<Runs[]> {
  const url = `${server.url}/fplane/${HOT_NIGHT}`;
  const get = ["get", HOT_NIGHT, "--server", server.url, "-o", "-"];
  // Not by process.stdout, which takes Bun twice as long to make as all the rest.
  const bare = `console.log(await (await fetch(${JSON.stringify(url)})).text())`;
  const programs: readonly [name: string, file: string | null, args: readonly string[]][] = [
    [GET, process.execPath, [PROGRAM, ...get]],
    [BARE, process.execPath, ["-e", bare]],
    [PYTHON_GET, existsSync(PYTHON) ? PYTHON : Bun.which("python3"), ["-c", URLLIB, url]],
    [CURL, Bun.which("curl"), ["-s", url]],
    [COMPILED_GET, existsSync(COMPILED) ? COMPILED : null, get],
  ];
  const present = programs.flatMap(([name, file, args]) => {
    if (file === null) missing.push(`${name}: it is not there`);
    return file === null ? [] : [{ name, command: [file, ...args], took: [] as number[] }];
  });
  for (let i = -2; i < times; i += 1) {
    for (const { name, command, took } of present) {
      const before = performance.now();
      const child = Bun.spawn(command, { cwd: place, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
      const text = await new Response(child.stdout).text();
      await child.exited;
      if (i >= 0) took.push(performance.now() - before); // the first two are to be warm
      if (!text.startsWith("# $Id$")) throw new Error(`${name}: ${text}${await new Response(child.stderr).text()}`);
    }
  }
  return present.map(({ name, took }) => ({ name, p50: median(took), p99: percentile(took, 0.99) }));
}

/** From the start of the process until it has answered a request. */
async function measureServe(name: string, site: Site, quick: boolean): Promise<Runs> {
  const took: number[] = [];
  for (let i = 0; i < (quick ? 1 : 7); i += 1) {
    const before = performance.now();
    const server = await serveSite(site);
    const answer = await fetch(`${server.url}/fplane/${HOT_NIGHT}`);
    took.push(performance.now() - before);
    await server.stop();
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  }
  return { name, p50: median(took), p99: percentile(took, 0.99) };
}

function findings(clients: readonly Runs[], serves: readonly Runs[], missing: readonly string[]): Findings {
  const runs = [...clients, ...serves];
  const of = (name: string) => runs.find((one) => one.name === name)?.p50 ?? Number.NaN;
  const most = (name: string, value: number, bound: number, unit = ""): Ratio => {
    return { name, value, target: { most: bound }, unit };
  };
  return {
    tables: [
      {
        title: "From the start of the process to its end; of a server to its first answer",
        head: ["", "p50 ms", "p99 ms"],
        rows: runs.map(({ name, p50, p99 }) => [name, significant(p50), significant(p99)]),
      },
    ],
    ratios: [
      most("get against a bare bun -e", of(GET) / of(BARE), 2),
      most("get against Python's urllib", of(GET) / of(PYTHON_GET), 1),
      most("the compiled get against curl", of(COMPILED_GET) / of(CURL), 4),
      most("serve ready, embedded", of("serve, embedded"), 1500, "ms"),
      most("serve ready, PostgreSQL", of("serve, PostgreSQL"), 500, "ms"),
    ],
    figures: { runs },
    missing,
  };
}
