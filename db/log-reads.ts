import { asc, between, desc, eq, gte, type SQL, sql } from "drizzle-orm";
import type { Revision } from "../src/domain/record/revision.ts";
import { secretsOf } from "../src/domain/record/user-secrets.ts";
import type { Reads } from "../src/service/store.ts";
import { instantFromPostgres } from "./columns.ts";
import { type Executor, rowsOf } from "./connection.ts";
import { at, numberArray } from "./fragments.ts";
import { hardwareStatus, revision, tag, upload, userVersion } from "./schema.ts";

type LogReads = Pick<
  Reads,
  | "newestRevision"
  | "revisionNumbered"
  | "revisionsNumbered"
  | "revisionKnownAt"
  | "bodyOf"
  | "revisions"
  | "exported"
  | "rowsOfRevisions"
  | "tagNamed"
  | "tags"
  | "uploadsWith"
  | "newestUploads"
  | "quarantine"
  | "newestHardwareStatus"
>;

/** A revision without its body, which can be large. */
const HEAD = sql`rev, recorded_at, kind, actor, reason, body_sha256, prev_hash, hash`;

type HeadRow = Readonly<Record<"recorded_at" | "actor" | "reason" | "body_sha256" | "prev_hash" | "hash", string>> & {
  readonly rev: unknown;
  readonly kind: Revision["kind"];
};

function headOf({ rev, recorded_at, kind, actor, reason, body_sha256, prev_hash, hash }: HeadRow): Revision {
  const recordedAt = instantFromPostgres(recorded_at);
  return { rev: Number(rev), recordedAt, kind, actor, reason, bodySha256: body_sha256, prevHash: prev_hash, hash };
}

/** The tables whose rows are superseded, and those whose rows stay. */
const FACT_TABLES = ["placement", "position", "confirmation", "hold"];
const ENTRY_TABLES = ["hardware_status", "upload", "tag", "user_version"];

/** Reads of the log: the revisions, tags and uploads. */
export function logReads(executor: Executor): LogReads {
  // Written out: building these by drizzle takes longer than PostgreSQL takes to answer them.
  const heads = async (which: SQL) =>
    (await rowsOf<HeadRow>(executor, sql`SELECT ${HEAD} FROM revision ${which}`)).map(headOf);
  const uploads = () => executor.select().from(upload).orderBy(desc(upload.rev)).$dynamic();
  return {
    newestRevision: async () => (await heads(sql`ORDER BY rev DESC LIMIT ${1}::bigint`))[0] ?? null,
    revisionNumbered: async (rev) => (await heads(sql`WHERE rev = ${rev}::bigint`))[0] ?? null,
    revisionsNumbered: (revs) => heads(sql`WHERE rev = ANY(${numberArray(revs)})`),
    revisionKnownAt: async (instant) => {
      const before = sql`recorded_at <= ${at(instant)}`;
      return (await heads(sql`WHERE ${before} ORDER BY recorded_at DESC LIMIT 1`))[0] ?? null;
    },
    bodyOf: async (rev) => {
      const rows = await executor.select({ body: revision.body }).from(revision).where(eq(revision.rev, rev));
      return rows[0]?.body ?? null;
    },
    revisions: (before, limit) =>
      heads(
        sql`WHERE ${before === null ? sql`true` : sql`rev < ${before}::bigint`} ORDER BY rev DESC LIMIT ${limit}::bigint`,
      ),
    exported: async (from, limit) => {
      const rows = await executor
        .select()
        .from(revision)
        .where(gte(revision.rev, from))
        .orderBy(asc(revision.rev))
        .limit(limit);
      const last = rows.at(-1);
      if (last === undefined) return [];
      const users = await executor
        .select()
        .from(userVersion)
        .where(between(userVersion.rev, from, last.rev));
      const usersByRev = Map.groupBy(users.toSorted(byUsername), (user) => user.rev);
      return rows.map((row) => ({ ...row, userSecrets: (usersByRev.get(row.rev) ?? []).map(secretsOf) }));
    },
    rowsOfRevisions: (from, until, asOf) => rowsOfRevisions(executor, { from, until, asOf }),
    tagNamed: async (name) => (await executor.select().from(tag).where(eq(tag.name, name)))[0] ?? null,
    tags: () => executor.select().from(tag).orderBy(asc(tag.rev)),
    uploadsWith: (sha256) => uploads().where(eq(upload.sha256, sha256)),
    newestUploads: async (outcomes, limit) => {
      // Each outcome by itself: refused ones are few among those that were taken.
      const newest = outcomes.map((outcome) => uploads().where(eq(upload.outcome, outcome)).limit(limit));
      return (await Promise.all(newest))
        .flat()
        .sort((a, b) => b.rev - a.rev)
        .slice(0, limit);
    },
    quarantine: () =>
      uploads().where(
        sql`${upload.outcome} = 'quarantined' AND NOT EXISTS (SELECT FROM upload later WHERE later.resolves = ${upload.rev})`,
      ),
    newestHardwareStatus: async () => {
      const newestFirst = [desc(hardwareStatus.dataTime), desc(hardwareStatus.rev)]; // of equal times the one that overrode
      const rows = await executor
        .select()
        .from(hardwareStatus)
        .orderBy(...newestFirst)
        .limit(1);
      return rows[0] ?? null;
    },
  };
}

/** The rows that some revisions made, as text, to be compared with those of another database. */
async function rowsOfRevisions(
  executor: Executor,
  { from, until, asOf }: Readonly<Record<"from" | "until" | "asOf", number>>,
): Promise<string[]> {
  const rows: string[] = [];
  const rowsAs = async (table: string, made: SQL, content: SQL) => {
    const found = await rowsOf<{ content: string }>(
      executor,
      sql`SELECT (${content})::text AS content FROM ${sql.identifier(table)} t WHERE ${made} ORDER BY 1`,
    );
    rows.push(...found.map((row) => `${table} ${row.content}`));
  };
  // What a later revision superseded was still open then.
  const rev = sql`int8range(lower(rev), CASE WHEN upper(rev) <= ${asOf}::bigint THEN upper(rev) END)`;
  for (const table of FACT_TABLES) {
    const made = sql`lower(rev) >= ${from}::bigint AND lower(rev) < ${until}::bigint`;
    await rowsAs(table, made, sql`to_jsonb(t) - 'id' - 'rev' || jsonb_build_object('rev', ${rev})`);
  }
  for (const table of ENTRY_TABLES) {
    await rowsAs(table, sql`rev >= ${from}::bigint AND rev < ${until}::bigint`, sql`to_jsonb(t)`);
  }
  return rows;
}

/** The order of users in a body; a database would sort by its own collation. */
function byUsername(a: { readonly username: string }, b: { readonly username: string }): number {
  return a.username < b.username ? -1 : 1;
}
