import { Database } from "bun:sqlite";
import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../domain/digest.ts";
import type { Revision } from "../domain/record/revision.ts";
import type { Instant, Span } from "../domain/time/instant.ts";
import type { KnownConfiguration } from "../service/configuration.ts";
import type { Spool } from "../service/memory/answers.ts";
import type { Logger } from "./log/log.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS newest (project TEXT PRIMARY KEY, revision TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS content (sha256 TEXT PRIMARY KEY, text TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS known (
    project TEXT NOT NULL, actual_positions INTEGER NOT NULL, rev INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER,
    sha256 TEXT NOT NULL REFERENCES content, PRIMARY KEY (project, actual_positions, rev, since));
`;

/**
 * What has been answered, on the disk, for when the database is gone and the server was started anew. Contents are kept
 * once, by their digest. The file is bounded: what was kept first goes first. A disk that is full or cannot be written
 * costs only the spool: it is logged, and serving goes on.
 *
 * @param bytes about how large the file may grow
 */
export function openSpool(directory: string, project: string, bytes: number, log: Logger): Spool & { close(): void } {
  // A disk that is full or read-only is one that can be read.
  const read = guard("read", log);
  const written = guard("written", log);

  const database = written(null, () => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, "spool.sqlite");
    if (!existsSync(path)) closeSync(openSync(path, "a", 0o600)); // SQLite would let everybody read it
    const opened = new Database(path, { create: true });
    opened.run("PRAGMA journal_mode = WAL");
    opened.run("PRAGMA synchronous = OFF"); // what is lost here is known to the database
    opened.run("PRAGMA busy_timeout = 200");
    opened.run(SCHEMA);
    return opened;
  });
  if (database === null) return UNUSABLE;

  return {
    newest: () =>
      read(null, () => {
        const row = database.query("SELECT revision FROM newest WHERE project = ?").get(project);
        return row === null ? null : (JSON.parse((row as { revision: string }).revision) as Revision);
      }),
    keepNewest: (revision) =>
      written(undefined, () => {
        const text = JSON.stringify(revision);
        database.query("INSERT OR REPLACE INTO newest (project, revision) VALUES (?, ?)").run(project, text);
      }),
    find: (instant, rev, actualPositions) =>
      read(null, () => {
        const row = database
          .query(
            `SELECT text FROM known JOIN content USING (sha256) WHERE project = ? AND actual_positions = ? AND rev = ?
             AND since <= ? AND (until IS NULL OR until > ?) ORDER BY since DESC LIMIT 1`,
          )
          .get(project, actualPositions ? 1 : 0, rev, instant, instant);
        return row === null ? null : { ...(JSON.parse((row as { text: string }).text) as KnownConfiguration), rev };
      }),
    keep: (rev, actualPositions, known) =>
      written(undefined, () => {
        const { rev: _kept, ...content } = known; // the same content is known by many revisions
        const text = JSON.stringify(content);
        const { from, until } = known.interval;
        database.query("INSERT OR IGNORE INTO content (sha256, text) VALUES (?, ?)").run(sha256(text), text);
        database
          .query("INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?, ?, ?)")
          .run(project, actualPositions ? 1 : 0, rev, from, until, sha256(text));
        bound(database, bytes);
      }),
    carryOver: (from, to, spans) => written(undefined, () => carryOver(database, project, from, to, spans)),
    close: () => database.close(),
  };
}

/** On a full disk what is small still succeeds at times: only after so many milliseconds without a failure it is well again. */
const WELL_AFTER = 60_000;

/** Does the work, or gives what stands for its result; says once that it cannot, and once that it can again. */
function guard(what: "read" | "written", log: Logger) {
  let failedAt: number | null = null;
  return <T>(absent: T, work: () => T): T => {
    try {
      const result = work();
      if (failedAt !== null && performance.now() - failedAt >= WELL_AFTER) {
        log.info(`the spool can be ${what} again`);
        failedAt = null;
      }
      return result;
    } catch (error) {
      if (failedAt === null) log.warn({ err: error }, `the spool cannot be ${what}`);
      failedAt = performance.now();
      return absent;
    }
  };
}

const UNUSABLE: Spool & { close(): void } = {
  newest: () => null,
  keepNewest: () => {},
  find: () => null,
  keep: () => {},
  carryOver: () => {},
  close: () => {},
};

/** What a newer revision says nothing about is as true of it. */
function carryOver(database: Database, project: string, from: number, to: number, spans: readonly Span[] | null): void {
  if (spans === null) {
    database.query("DELETE FROM known WHERE project = ?").run(project);
    return;
  }
  const touched = spans.map(() => "(since <= ? AND (until IS NULL OR until >= ?))").join(" OR ");
  const bounds = spans.flatMap((span) => [span.until ?? Number.MAX_SAFE_INTEGER, span.from] as Instant[]);
  database
    .query(
      `UPDATE OR REPLACE known SET rev = ? WHERE project = ? AND rev = ? ${touched === "" ? "" : `AND NOT (${touched})`}`,
    )
    .run(to, project, from, ...bounds);
}

const KEPT_AT_ONCE = 100;

function bound(database: Database, bytes: number): void {
  const size = () => {
    const { page_count: pages } = database.query("PRAGMA page_count").get() as { page_count: number };
    const { freelist_count: free } = database.query("PRAGMA freelist_count").get() as { freelist_count: number };
    const { page_size: page } = database.query("PRAGMA page_size").get() as { page_size: number };
    return (pages - free) * page;
  };
  if (size() <= bytes) return;
  database.run("DELETE FROM known WHERE rowid IN (SELECT rowid FROM known ORDER BY rowid LIMIT ?)", [KEPT_AT_ONCE]);
  database.run("DELETE FROM content WHERE sha256 NOT IN (SELECT sha256 FROM known)");
}
