import { join } from "node:path";
import { startPostgres } from "../support/postgres.ts";
import { cpuSeconds, type Started } from "./processes.ts";
import { historyFiles, nightsFrom } from "./public-history.ts";
import { type Findings, type Ratio, significant } from "./report.ts";
import { percentile } from "./rounds.ts";
import { asked, initSite, type Site, serveSite } from "./site.ts";
import { statuses } from "./statuses.ts";
import type { BenchOptions } from "./subject.ts";

/** How a series of updates went. Milliseconds as the client sees them. */
type Series = {
  readonly engine: string;
  readonly writers: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpuMilliseconds: number;
};

/** How long the history took, night by night. */
type Imported = { readonly engine: string; readonly nights: number; readonly seconds: number };

/** Nightly updates one after the other and at once, and years of nights in one import; on both engines. */
export async function updates({ place, quick, rounds }: BenchOptions): Promise<Findings> {
  const [few, many] = quick ? [10, 20] : [40 * rounds, 200 * rounds];
  const series: Series[] = [];
  const imported: Imported[] = [];
  const postgres = await startPostgres();
  const missing = postgres === null ? ["updates on PostgreSQL: there is no PostgreSQL"] : [];
  const measure = async (engine: string, database: (() => Promise<string>) | undefined, writers: readonly number[]) => {
    const site = initSite(join(place, `updates-${engine}`), await database?.());
    await served(site, async (server) => {
      const next = statuses();
      await update(server, site, next, few, 1); // to be warm
      for (const count of writers) {
        const amount = count === 1 ? few : many;
        series.push({ engine, writers: count, ...(await update(server, site, next, amount, count)) });
      }
    });
    const other = initSite(join(place, `import-${engine}`), await database?.());
    await served(other, async (server) => imported.push({ engine, ...(await importNights(server, other, quick)) }));
  };
  try {
    await measure("embedded", undefined, [1, 4]);
    if (postgres !== null) await measure("PostgreSQL", postgres.createDatabase, [1, 4, 16]);
  } finally {
    await postgres?.stop();
  }
  return findings(series, imported, missing);
}

async function served(site: Site, act: (server: Started) => Promise<unknown>): Promise<void> {
  const server = await serveSite(site);
  try {
    await act(server);
  } finally {
    await server.stop();
  }
}

/** Sends so many updates, so many of them at a time; each is recorded as a revision before the next of its writer goes out. */
async function update(server: Started, site: Site, next: () => unknown, amount: number, writers: number) {
  const latencies: number[] = [];
  let left = amount;
  const [cpu, started] = [cpuSeconds(server.roots), performance.now()];
  const writer = async () => {
    while (left > 0) {
      left -= 1;
      const before = performance.now();
      // Forced: many at once overtake each other, and the gate would see the changes of all that were overtaken.
      const body = { config: next(), commit: true, force: true };
      await asked(server, site, "/fplane", body);
      latencies.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  const seconds = (performance.now() - started) / 1000;
  return {
    perSecond: latencies.length / seconds,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    cpuMilliseconds: ((cpuSeconds(server.roots) - cpu) / latencies.length) * 1000,
  };
}

const NIGHTS = 2800;

/** Every night of the public history as a file of its own, in one request, each recorded as a revision. */
async function importNights(server: Started, site: Site, quick: boolean) {
  const files = nightlyFiles().slice(0, quick ? 50 : NIGHTS);
  const started = performance.now();
  await asked(server, site, "/trpc/importFplane", { files, reason: "the history, night by night", commit: true });
  return { nights: files.length, seconds: (performance.now() - started) / 1000 };
}

function nightlyFiles(): { name: string; text: string; from: string }[] {
  const files = historyFiles();
  return nightsFrom(files[0]?.night ?? "", NIGHTS).map((night) => {
    const text = files.findLast((file) => file.night <= night)?.text ?? "";
    return { name: `fplane${night}.txt`, text, from: night };
  });
}

function findings(series: readonly Series[], imported: readonly Imported[], missing: readonly string[]): Findings {
  const p50 = (engine: string) => series.find((one) => one.engine === engine && one.writers === 1)?.p50 ?? Number.NaN;
  const rates = series.filter((one) => one.engine === "PostgreSQL").map((one) => one.perSecond);
  const seconds = (engine: string) => imported.find((one) => one.engine === engine)?.seconds ?? Number.NaN;
  const ratios: Ratio[] = [
    { name: "an update on PostgreSQL, p50", value: p50("PostgreSQL"), target: { most: 10 }, unit: "ms" },
    { name: "an update embedded, p50", value: p50("embedded"), target: { most: 25 }, unit: "ms" },
    {
      name: "revisions a second on PostgreSQL",
      value: rates.length > 0 ? Math.max(...rates) : Number.NaN,
      target: { least: 300 },
      unit: "/s",
    },
    { name: `${NIGHTS} nights imported on PostgreSQL`, value: seconds("PostgreSQL"), target: { most: 10 }, unit: "s" },
    { name: `${NIGHTS} nights imported, embedded`, value: seconds("embedded"), target: { most: 30 }, unit: "s" },
  ];
  return {
    tables: [
      {
        title: "Nightly updates, each changing two seats",
        head: ["", "writers", "revisions/s", "p50 ms", "p99 ms", "CPU ms of the server"],
        rows: series.map((one) => [
          one.engine,
          String(one.writers),
          ...[one.perSecond, one.p50, one.p99, one.cpuMilliseconds].map(significant),
        ]),
      },
      {
        title: "The public history in one import, a revision for each night",
        head: ["", "nights", "seconds", "ms a night"],
        rows: imported.map(({ engine, nights, seconds: took }) => [
          engine,
          String(nights),
          significant(took),
          significant((1000 * took) / nights),
        ]),
      },
    ],
    ratios,
    figures: { series, imported },
    missing,
  };
}
