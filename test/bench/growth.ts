import { rmSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import type postgres from "postgres";
import { rowsOf } from "../../db/connection.ts";
import { connectEmbedded } from "../../db/embedded/connect.ts";
import { connect, type PostgresServer, startPostgres } from "../support/postgres.ts";
import { fillHistory } from "./fill-history.ts";
import { measureSteps, type Step } from "./growth-steps.ts";
import { type WastefulPlan, watchPlans } from "./plans.ts";
import { type Findings, type Ratio, significant, type Table } from "./report.ts";
import { initSite, type Site, serveSite } from "./site.ts";
import type { BenchOptions } from "./subject.ts";

/** What was measured of a history of one size. */
type Size = { readonly engine: string; readonly revisions: number; readonly steps: readonly Step[] };

/** What is asked of a history that grows, on PostgreSQL up to a million revisions and embedded up to 55 years of nights. */
export async function growth({ place, quick, revisions: sizes }: BenchOptions): Promise<Findings> {
  const measured: Size[] = [];
  const wasteful: (WastefulPlan & { readonly revisions: number })[] = [];
  let plans = 0;
  const postgres = await startPostgres();
  const missing = postgres === null ? ["growth on PostgreSQL: there is no PostgreSQL"] : [];
  try {
    for (const revisions of postgres === null ? [] : sizes) {
      if (postgres === null) break;
      const { site, owner } = await generated(postgres, join(place, `growth-${revisions}`), revisions);
      try {
        const [size] = await owner`SELECT pg_database_size(current_database()) AS bytes`;
        const { steps, drive } = await measureSteps(site, Number(size?.["bytes"]), quick);
        measured.push({ engine: "PostgreSQL", revisions, steps });
        const watched = await watchPlans(owner, drive);
        plans += watched.plans;
        wasteful.push(...watched.wasteful.map((plan) => ({ ...plan, revisions })));
      } finally {
        await owner.end();
      }
    }
  } finally {
    await postgres?.stop();
  }
  for (const revisions of sizes.filter((size) => size <= EMBEDDED_MOST)) {
    const directory = join(place, `growth-embedded-${revisions}`);
    const site = await generatedEmbedded(directory, revisions);
    const { steps } = await measureSteps(site, diskBytes(join(directory, "data")), quick);
    measured.push({ engine: "embedded", revisions, steps });
  }
  return findings(measured, plans, wasteful, missing);
}

/** 55 years of nights. */
const EMBEDDED_MOST = 20_000;

/** A site whose embedded database holds a history, and its journal the same. */
async function generatedEmbedded(directory: string, revisions: number): Promise<Site> {
  const site = initSite(directory);
  const connection = await connectEmbedded(join(directory, "data", "database"), "hetdex");
  try {
    await fillHistory((text) => rowsOf(connection.drizzle, sql.raw(text)), revisions);
  } finally {
    await connection.close();
  }
  rmSync(join(directory, "data", "database.digests")); // they would tell that somebody has changed the database
  await (await serveSite(site)).stop(); // writes the journal
  return site;
}

function diskBytes(directory: string): number {
  return Number(Bun.spawnSync(["du", "-sb", directory]).stdout.toString().split("\t")[0]);
}

/** A site whose database holds a history of so many revisions, and a superuser's session in its schema. */
async function generated(server: PostgresServer, directory: string, revisions: number) {
  const url = await server.createDatabase();
  const site: Site = initSite(directory, url);
  const owner = ownerSession(url);
  await fillHistory((text) => owner.unsafe(text), revisions);
  return { site, owner };
}

/** Sessions of a superuser in the schema of the project, for work in bulk. */
function ownerSession(url: string): postgres.Sql {
  return connect(url, {
    max: 2,
    onnotice: () => {},
    connection: { search_path: "hetdex,public", maintenance_work_mem: "1GB" },
  });
}

function findings(
  measured: readonly Size[],
  plans: number,
  wasteful: readonly (WastefulPlan & { readonly revisions: number })[],
  missing: readonly string[],
): Findings {
  const tables: Table[] = [];
  const ratios: Ratio[] = [];
  for (const [engine, sizes] of Map.groupBy(measured, (size) => size.engine)) {
    const [base] = sizes;
    if (base === undefined) continue;
    tables.push({
      title: `${engine}: revisions recorded`,
      head: ["", ...sizes.map(({ revisions }) => String(revisions))],
      rows: base.steps.map(({ name, unit }, i) => [
        `${name} (${unit})`,
        ...sizes.map(({ steps }) => significant(steps[i]?.value ?? Number.NaN)),
      ]),
    });
    const largest = sizes.at(-1) ?? base;
    for (const [i, { name, value, most }] of base.steps.entries()) {
      const grown = (largest.steps[i]?.value ?? Number.NaN) / value;
      const target = most === null ? null : { most };
      ratios.push({
        name: `${engine}, ${name}: ${largest.revisions} against ${base.revisions} revisions`,
        value: grown,
        target,
        unit: "",
      });
    }
  }
  ratios.push({ name: `wasteful plans among ${plans}`, value: wasteful.length, target: { most: 0 }, unit: "" });
  if (wasteful.length > 0) {
    tables.push({
      title: "Plans that read more than they need",
      head: ["query", "table", "revisions", "what"],
      rows: wasteful.map(({ query, table, revisions, what }) => [query.slice(0, 300), table, String(revisions), what]),
    });
  }
  return { tables, ratios, figures: { measured, plans, wasteful }, missing };
}
