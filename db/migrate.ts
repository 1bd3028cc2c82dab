import { sql } from "drizzle-orm";
import { FplaneError } from "../src/domain/errors.ts";
import { APP_ROLE, type Connection, OWNER_ROLE, rowsOf } from "./connection.ts";
import revisionsAndPlacements from "./migrations/0001_revisions_and_placements.sql" with { type: "text" };
import holdsTagsAndUploads from "./migrations/0002_holds_tags_and_uploads.sql" with { type: "text" };
import revisionsAreAnnounced from "./migrations/0003_revisions_are_announced.sql" with { type: "text" };
import operatorsAreTold from "./migrations/0004_operators_are_told.sql" with { type: "text" };
import keysExpireAndAreRotated from "./migrations/0005_keys_expire_and_are_rotated.sql" with { type: "text" };
import lookupsStayQuick from "./migrations/0006_lookups_stay_quick.sql" with { type: "text" };
import whatStandsIsFoundAtOnce from "./migrations/0007_what_stands_is_found_at_once.sql" with { type: "text" };
import constraintsCompareNumbers from "./migrations/0008_constraints_compare_numbers.sql" with { type: "text" };

/** In order; one that has been released is never edited. The text is part of the program, so that one file holds all. */
export const MIGRATIONS: readonly { readonly name: string; readonly text: string }[] = [
  { name: "0001_revisions_and_placements", text: revisionsAndPlacements },
  { name: "0002_holds_tags_and_uploads", text: holdsTagsAndUploads },
  { name: "0003_revisions_are_announced", text: revisionsAreAnnounced },
  { name: "0004_operators_are_told", text: operatorsAreTold },
  { name: "0005_keys_expire_and_are_rotated", text: keysExpireAndAreRotated },
  { name: "0006_lookups_stay_quick", text: lookupsStayQuick },
  { name: "0007_what_stands_is_found_at_once", text: whatStandsIsFoundAtOnce },
  { name: "0008_constraints_compare_numbers", text: constraintsCompareNumbers },
];

export type SchemaState =
  | { readonly state: "absent" }
  | { readonly state: "current" }
  | { readonly state: "older"; readonly pending: readonly string[] };

/**
 * Compares the database's schema with the program's.
 *
 * @throws FplaneError `unavailable` when the schema is newer than this program: an old program would misread it
 */
export async function schemaState(connection: Connection): Promise<SchemaState> {
  const applied = await appliedMigrations(connection);
  if (applied === null) return { state: "absent" };
  const known = new Set(MIGRATIONS.map((migration) => migration.name));
  const unknown = applied.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new FplaneError(
      "unavailable",
      `the database's schema is newer than this program (it has ${unknown.join(", ")}): run the newer fplane`,
    );
  }
  const pending = [...known].filter((name) => !applied.includes(name));
  return pending.length === 0 ? { state: "current" } : { state: "older", pending };
}

async function appliedMigrations(connection: Connection): Promise<string[] | null> {
  // Not to_regclass: a session that has once looked in vain keeps that answer while another one installs.
  const tables = await rowsOf(
    connection.drizzle,
    sql`SELECT 1 FROM pg_tables WHERE schemaname = ${connection.schema} AND tablename = 'migration'`,
  );
  if (tables.length === 0) return null;
  const rows = await rowsOf<{ name: string }>(connection.drizzle, sql`SELECT name FROM migration ORDER BY name`);
  return rows.map((row) => row.name);
}

/**
 * Brings the schema up to date, in one transaction; several that do it at once wait for each other. The connection is
 * the login's: it must be allowed to create the two roles (or be a member of both), the schema and btree_gist.
 *
 * @returns the names of the migrations that were applied
 * @throws FplaneError `unavailable` for a newer schema, or naming what the login lacks
 */
export async function migrate(connection: Connection): Promise<string[]> {
  await connection.script("BEGIN ISOLATION LEVEL READ COMMITTED");
  try {
    await connection.script("SELECT pg_advisory_xact_lock(hashtext('fplane.migrate'))");
    const before = await schemaState(connection);
    if (before.state === "current") {
      await connection.script("COMMIT");
      return [];
    }
    const applied = (await appliedMigrations(connection)) ?? [];
    if (before.state === "absent") await connection.script(foundation(connection.schema));
    await connection.script(`SET LOCAL ROLE ${OWNER_ROLE}`);
    // The functions keep this path. Temporary tables come last, else one named "revision" would fool the triggers.
    await connection.script(`SET LOCAL search_path TO ${connection.schema}, public, pg_temp`);
    const pending = MIGRATIONS.filter((migration) => !applied.includes(migration.name));
    for (const { name, text } of pending) {
      await connection.script(text);
      await connection.script(`INSERT INTO migration (name) VALUES ('${name}')`);
    }
    await connection.script("COMMIT");
    return pending.map((migration) => migration.name);
  } catch (error) {
    await connection.script("ROLLBACK");
    throw explained(error);
  }
}

/** What all projects of a database share, and the project's schema with its list of migrations. */
function foundation(schema: string): string {
  return `
DO $$
DECLARE
  name text;
  -- Since PostgreSQL 16 who creates a role is its member, but may not SET ROLE to it.
  needed text := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
  FOREACH name IN ARRAY ARRAY['${OWNER_ROLE}', '${APP_ROLE}'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', name);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another database of the cluster was faster
      END;
    END IF;
    IF NOT pg_has_role(current_user, name, needed) THEN
      EXECUTE format('GRANT %I TO CURRENT_USER', name);
    END IF;
  END LOOP;
END $$;
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public;
CREATE SCHEMA IF NOT EXISTS ${schema};
GRANT USAGE, CREATE ON SCHEMA ${schema} TO ${OWNER_ROLE};
GRANT USAGE ON SCHEMA ${schema} TO ${APP_ROLE};
SET LOCAL ROLE ${OWNER_ROLE};
CREATE TABLE migration (
  name       text PRIMARY KEY,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT SELECT ON migration TO ${APP_ROLE};
RESET ROLE;
`;
}

const INSUFFICIENT_PRIVILEGE = "42501";

function explained(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || error.code !== INSUFFICIENT_PRIVILEGE) return error;
  return new FplaneError(
    "unavailable",
    `the database login may not prepare the schema (${error.message}). Either let a superuser run \`fplane migrate\` once, ` +
      `or give the login CREATEROLE and CREATE on the database`,
  );
}
