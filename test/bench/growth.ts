import { join } from "node:path";
import type postgres from "postgres";
import { connect, type PostgresServer, startPostgres } from "../support/postgres.ts";
import { BTREES, EXCLUSIONS, historyStatements, treatExclusion } from "./generated-history.ts";
import { measureSteps, type Step } from "./growth-steps.ts";
import { type WastefulPlan, watchPlans } from "./plans.ts";
import { type Findings, type Ratio, significant, type Table } from "./report.ts";
import { initSite, type Site } from "./site.ts";
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
      const { site, sql } = await generated(postgres, join(place, `growth-${revisions}`), revisions);
      try {
        const [size] = await sql`SELECT pg_database_size(current_database()) AS bytes`;
        const { steps, drive } = await measureSteps(site, Number(size?.["bytes"]), quick);
        measured.push({ engine: "PostgreSQL", revisions, steps });
        const watched = await watchPlans(sql, drive);
        plans += watched.plans;
        wasteful.push(...watched.wasteful.map((plan) => ({ ...plan, revisions })));
      } finally {
        await sql.end();
      }
    }
  } finally {
    await postgres?.stop();
  }
  return findings(measured, plans, wasteful, missing);
}

/** A site whose database holds a history of so many revisions, and a superuser's session in its schema. */
async function generated(server: PostgresServer, directory: string, revisions: number) {
  const url = await server.createDatabase();
  const site: Site = initSite(directory, url);
  const sql = ownerSession(url);
  await fill(sql, revisions);
  return { site, sql };
}

/** Sessions of a superuser in the schema of the project, for work in bulk. */
function ownerSession(url: string): postgres.Sql {
  return connect(url, {
    max: 2,
    onnotice: () => {},
    connection: { search_path: "hetdex,public", maintenance_work_mem: "1GB" },
  });
}

async function fill(sql: postgres.Sql, revisions: number): Promise<void> {
  const began = performance.now();
  const told = (what: string) =>
    process.stderr.write(
      `  ${revisions} revisions: ${what} after ${((performance.now() - began) / 1000).toFixed(0)} s\n`,
    );
  const indices = (await sql.unsafe(BTREES)) as unknown as { drop: string; make: string }[];
  for (const { drop } of indices) await sql.unsafe(drop);
  const exclusions = (await sql.unsafe(EXCLUSIONS)).map(({ name }) => String(name));
  for (const name of exclusions) await sql.unsafe(treatExclusion(name, "aside"));
  for (const statement of historyStatements(revisions)) await sql.unsafe(statement);
  told("rows");
  await Promise.all([...indices.map(({ make }) => make), ...exclusions].map((what) => build(sql, what)));
  await sql`VACUUM ANALYZE`;
  told("indices");
}

/** @param what a statement that makes an index, or the name of one that is to be made again */
async function build(sql: postgres.Sql, what: string): Promise<void> {
  if (what.startsWith("CREATE")) return void (await sql.unsafe(what));
  await sql.unsafe(treatExclusion(what, "building"));
  await sql.unsafe(`REINDEX INDEX ${what}`);
  await sql.unsafe(treatExclusion(what, "as usual"));
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
