import { readFileSync } from "node:fs";
import { join } from "node:path";
import type postgres from "postgres";

/** A plan that was run and reads much more than it needs: a whole table, or rows that it throws away again. */
export type WastefulPlan = { readonly table: string; readonly what: string; readonly query: string };

/** Tables of so many rows are not to be read from one end to the other. */
const LARGE = 10_000;

/** Of a table of so few rows it does not matter how it is read. */
const SMALL = 1_000;

/** More rows than this are not to be read and thrown away by one part of a plan. */
const THROWN_AWAY = 2_000;

type Node = {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly "Actual Loops"?: number;
  readonly Plans?: readonly Node[];
};

/**
 * Has PostgreSQL write down the plan of every statement that it runs, those in triggers included, while something is
 * done; new sessions only.
 *
 * @param sql a superuser's session on the database, in the project's schema
 * @returns the wasteful plans, each query once, and how many plans there were
 */
export async function watchPlans(
  sql: postgres.Sql,
  act: () => Promise<void>,
): Promise<{ readonly plans: number; readonly wasteful: WastefulPlan[] }> {
  const [row] = await sql`SELECT current_setting('data_directory') AS place, current_database() AS name`;
  const log = join(String(row?.["place"]), "..", "log");
  const before = readFileSync(log, "utf8").length;
  const settings = {
    session_preload_libraries: "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_nested_statements": "on",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_format": "json",
  };
  for (const [name, value] of Object.entries(settings)) {
    await sql.unsafe(`ALTER DATABASE ${row?.["name"]} SET ${name} TO '${value}'`);
  }
  try {
    await act();
  } finally {
    for (const name of Object.keys(settings)) await sql.unsafe(`ALTER DATABASE ${row?.["name"]} RESET ${name}`);
  }
  const counted = await sql`SELECT relname, reltuples::bigint AS rows FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'`;
  const sizes = new Map(counted.map(({ relname, rows }) => [String(relname), Number(rows)]));
  const plans = plansIn(readFileSync(log, "utf8").slice(before));
  const wasteful = new Map<string, WastefulPlan>();
  for (const { query, plan } of plans) {
    for (const { table, what } of wasteIn(plan, sizes)) wasteful.set(`${table} ${query}`, { table, what, query });
  }
  return { plans: plans.length, wasteful: [...wasteful.values()] };
}

/** The log writes each plan as JSON over several lines, all but the first of which begin with a tab. */
function plansIn(log: string): { query: string; plan: Node }[] {
  const found = log.matchAll(/plan:\n((?:\t.*(?:\n|$))+)/g);
  return [...found].map(([, text = ""]) => {
    const { "Query Text": query, Plan: plan } = JSON.parse(text.replaceAll(/^\t/gm, "")) as {
      "Query Text": string;
      Plan: Node;
    };
    return { query: query.replaceAll(/\s+/g, " ").trim(), plan };
  });
}

function wasteIn(plan: Node, sizes: ReadonlyMap<string, number>): { table: string; what: string }[] {
  const table = plan["Relation Name"] ?? "";
  const found: { table: string; what: string }[] = [];
  const rows = sizes.get(table) ?? 0;
  if (plan["Node Type"] === "Seq Scan" && rows > LARGE) found.push({ table, what: `reads all of its ${rows} rows` });
  const removed = (plan["Rows Removed by Filter"] ?? 0) + (plan["Rows Removed by Index Recheck"] ?? 0);
  const thrown = removed * (plan["Actual Loops"] ?? 1);
  if (thrown > THROWN_AWAY && rows > SMALL)
    found.push({ table, what: `${plan["Node Type"]} throws away ${thrown} rows` });
  return [...found, ...(plan.Plans ?? []).flatMap((inner) => wasteIn(inner, sizes))];
}
