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

/** A history that is laid: its site, and how much disk it takes. */
type Laid = { readonly revisions: number; readonly site: Site; readonly bytes: number };

/**
 * What is asked of a history that grows, on PostgreSQL up to a million revisions and embedded up to 55 years of nights. All
 * are laid before the first is measured: the figures that are compared are made one soon after the other.
 */
export async function growth({ place, quick, revisions: sizes }: BenchOptions): Promise<Findings> {
  const measured: Size[] = [];
  const wasteful: (WastefulPlan & { readonly revisions: number })[] = [];
  let plans = 0;
  const postgres = await startPostgres();
  const missing = postgres === null ? ["growth on PostgreSQL: there is no PostgreSQL"] : [];
  try {
    const laid: (Laid & { readonly url: string })[] = [];
    for (const revisions of postgres === null ? [] : sizes) {
      if (postgres !== null) laid.push(await laidOnPostgres(postgres, join(place, `growth-${revisions}`), revisions));
    }
    for (const { url, revisions, site, bytes } of laid) {
      const owner = ownerSession(url);
      try {
        const { steps, drive } = await measureSteps(site, bytes, quick);
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
  const embedded: Laid[] = [];
  for (const revisions of new Set(sizes.map((size) => Math.min(size, EMBEDDED_MOST)))) {
    embedded.push(await laidEmbedded(join(place, `growth-embedded-${revisions}`), revisions));
  }
  for (const { revisions, site, bytes } of embedded) {
    const { steps } = await measureSteps(site, bytes, quick);
    measured.push({ engine: "embedded", revisions, steps });
  }
  return findings(measured, plans, wasteful, missing);
}

/** 55 years of nights. */
const EMBEDDED_MOST = 20_000;

/** A site whose embedded database holds a history, and its journal the same. */
async function laidEmbedded(directory: string, revisions: number): Promise<Laid> {
  const site = initSite(directory);
  const data = join(directory, "data");
  const connection = await connectEmbedded(join(data, "database"), "hetdex");
  try {
    await fillHistory((text) => rowsOf(connection.drizzle, sql.raw(text)), revisions);
  } finally {
    await connection.close();
  }
  rmSync(join(data, "database.digests")); // they would tell that somebody has changed the database
  await (await serveSite(site)).stop(); // writes the journal
  const bytes = Number(Bun.spawnSync(["du", "-sb", data]).stdout.toString().split("\t")[0]);
  return { revisions, site, bytes };
}

/** A site whose database holds a history of so many revisions. */
async function laidOnPostgres(server: PostgresServer, directory: string, revisions: number) {
  const url = await server.createDatabase();
  const site: Site = initSite(directory, url);
  const owner = ownerSession(url);
  try {
    await fillHistory((text) => owner.unsafe(text), revisions);
    const [size] = await owner`SELECT pg_database_size(current_database()) AS bytes`;
    await owner`CHECKPOINT`; // else writing it down would go on while the first is measured
    return { url, revisions, site, bytes: Number(size?.["bytes"]) };
  } finally {
    await owner.end();
  }
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
