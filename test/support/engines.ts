import { afterAll, describe } from "bun:test";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replay } from "../../bin/project/open-project.ts";
import type { Connection, DatabaseLocation } from "../../db/connection.ts";
import { type OpenOptions, openAsApplication, openStore } from "../../db/open.ts";
import { createStore } from "../../db/store.ts";
import type { Store } from "../../src/service/store.ts";
import { atEndOfRun } from "./end-of-run.ts";
import { postgresServer } from "./postgres.ts";

/** A database of its own for a test: where it is, under which project, and opened as the program opens it. */
export type FreshDatabase = {
  readonly location: DatabaseLocation;
  readonly project: string;
  /** What the store runs on: the application's own role. */
  readonly connection: Connection;
  readonly store: Store;
};

export type Engine = {
  readonly name: "embedded" | "postgres";
  /** A new, empty, migrated database; closed and removed after the tests of the file. */
  readonly open: () => Promise<FreshDatabase>;
  /** Closes and removes one before that, for tests that open many. */
  readonly discard: (database: FreshDatabase) => Promise<void>;
};

/** Runs the same tests on the embedded database and on a real PostgreSQL. */
export function describeOnEngines(name: string, tests: (engine: Engine) => void): void {
  describe(`${name} (embedded)`, () => tests(cleanedUp(EMBEDDED)));
  describe.skipIf(!hasPostgres)(`${name} (needs postgresql)`, () => tests(cleanedUp(POSTGRES)));
}

/** The embedded database alone, for tests of what does not depend on the engine. */
export function embeddedEngine(): Engine {
  return cleanedUp(EMBEDDED);
}

/** How the tests open a database: a repair that nobody expects fails the test. */
export const OPENING: OpenOptions = {
  replay,
  notice: (message) => {
    throw new Error(`a repair: ${message}`);
  },
};

const hasPostgres = (await postgresServer()) !== null;

type Opened = FreshDatabase & { readonly remove: () => Promise<void> };

const EMBEDDED = { name: "embedded", open: openEmbedded } as const;
const POSTGRES = { name: "postgres", open: openPostgres } as const;

function cleanedUp(engine: { name: Engine["name"]; open: () => Promise<Opened> }): Engine {
  const opened = new Map<FreshDatabase, Opened>();
  const discard = async (database: FreshDatabase) => {
    const known = opened.get(database);
    opened.delete(database);
    await known?.store.close();
    await known?.remove();
  };
  afterAll(async () => {
    for (const database of opened.values()) await discard(database);
  });
  return {
    name: engine.name,
    open: async () => {
      const database = await engine.open();
      opened.set(database, database);
      return database;
    },
    discard,
  };
}

let template: Promise<string> | undefined;

/** Copies a migrated, empty embedded database to a directory: its first start takes seconds, a copy a fraction of one. */
export async function copyEmpty(directory: string): Promise<void> {
  template ??= makeTemplate();
  await cp(await template, directory, { recursive: true });
}

/** Made once a run. */
async function makeTemplate(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "fplane-template-"));
  atEndOfRun(() => rm(directory, { recursive: true, force: true }));
  await (await openStore({ engine: "embedded", directory }, "HETDEX", OPENING)).close();
  return directory;
}

async function openEmbedded(): Promise<Opened> {
  const directory = await mkdtemp(join(tmpdir(), "fplane-embedded-"));
  await copyEmpty(directory);
  const location = { engine: "embedded", directory } as const;
  const { connection, journal } = await openAsApplication(location, "HETDEX", OPENING);
  const remove = () => rm(directory, { recursive: true, force: true });
  return { location, project: "HETDEX", connection, store: createStore(connection, journal), remove };
}

let sharedDatabase: Promise<string> | undefined;
let projects = 0;

/** Each test has a project, and so a schema, of its own in one database: quick, and what production does. */
async function openPostgres(): Promise<Opened> {
  const server = await postgresServer();
  if (server === null) throw new Error("there is no PostgreSQL");
  sharedDatabase ??= server.createDatabase();
  const location = { engine: "postgres", url: await sharedDatabase } as const;
  projects += 1;
  const project = `test_${projects}`;
  const { connection, journal } = await openAsApplication(location, project, OPENING);
  return { location, project, connection, store: createStore(connection, journal), remove: async () => {} };
}
