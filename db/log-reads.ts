import { asc, between, desc, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";
import { secretsOf } from "../src/domain/user-secrets.ts";
import type { Reads } from "../src/service/store.ts";
import { type Executor, rowsOf } from "./connection.ts";
import { hardwareStatus, revision, tag, upload, userVersion } from "./schema.ts";

type LogReads = Pick<
  Reads,
  | "newestRevision"
  | "revisionNumbered"
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
const HEAD = {
  rev: revision.rev,
  recordedAt: revision.recordedAt,
  kind: revision.kind,
  actor: revision.actor,
  reason: revision.reason,
  bodySha256: revision.bodySha256,
  prevHash: revision.prevHash,
  hash: revision.hash,
};

/** The tables whose rows are superseded, and those whose rows stay. */
const FACT_TABLES = ["placement", "position", "confirmation", "hold"];
const ENTRY_TABLES = ["hardware_status", "upload", "tag", "user_version"];

/** Reads of the log: the revisions, tags and uploads. */
export function logReads(executor: Executor): LogReads {
  const newestHead = () => executor.select(HEAD).from(revision).orderBy(desc(revision.recordedAt)).limit(1).$dynamic();
  const uploads = () => executor.select().from(upload).orderBy(desc(upload.rev)).$dynamic();
  return {
    newestRevision: async () => (await newestHead())[0] ?? null,
    revisionNumbered: async (rev) => (await newestHead().where(eq(revision.rev, rev)))[0] ?? null,
    revisionKnownAt: async (instant) =>
      (await newestHead().where(sql`${revision.recordedAt} <= ${sql.param(instant, revision.recordedAt)}`))[0] ?? null,
    bodyOf: async (rev) => {
      const rows = await executor.select({ body: revision.body }).from(revision).where(eq(revision.rev, rev));
      return rows[0]?.body ?? null;
    },
    revisions: (before, limit) => {
      const heads = executor.select(HEAD).from(revision).orderBy(desc(revision.rev)).limit(limit).$dynamic();
      return before === null ? heads : heads.where(lt(revision.rev, before));
    },
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
    rowsOfRevisions: async (from, until, asOf) => {
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
    },
    tagNamed: async (name) => (await executor.select().from(tag).where(eq(tag.name, name)))[0] ?? null,
    tags: () => executor.select().from(tag).orderBy(asc(tag.rev)),
    uploadsWith: (sha256) => uploads().where(eq(upload.sha256, sha256)),
    newestUploads: (outcomes, limit) =>
      uploads()
        .where(inArray(upload.outcome, [...outcomes]))
        .limit(limit),
    quarantine: () =>
      uploads().where(
        sql`${upload.outcome} = 'quarantined' AND NOT EXISTS (SELECT FROM upload later WHERE later.resolves = ${upload.rev})`,
      ),
    newestHardwareStatus: async () => {
      const rows = await executor.select().from(hardwareStatus).orderBy(desc(hardwareStatus.dataTime)).limit(1);
      return rows[0] ?? null;
    },
  };
}

/** The order of users in a body; a database would sort by its own collation. */
function byUsername(a: { readonly username: string }, b: { readonly username: string }): number {
  return a.username < b.username ? -1 : 1;
}
