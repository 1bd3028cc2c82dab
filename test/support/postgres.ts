import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chown, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import postgres from "postgres";

const OLDEST_VERSION = 15;
const DEBIAN = "/usr/lib/postgresql";

export interface PostgresServer {
  /** The address of a database in the form of libpq, the socket's folder as `?host=`; see `connect`. */
  url(database: string): string;
  /** Makes a fresh, empty database and gives its address. */
  createDatabase(): Promise<string>;
  /** Takes everything away that was made here: the databases, and the server itself if it is a throwaway one. */
  stop(): Promise<void>;
}

export interface ThrowawayOptions {
  /** Whether a commit waits for the disk, as in production. Tests that pull no plug are faster without. */
  readonly fsync?: boolean;
}

type Databases = Pick<PostgresServer, "url" | "createDatabase"> & { dropAll(): Promise<void> };

let ofThisRun: Promise<PostgresServer | null> | undefined;

/**
 * The one PostgreSQL of this run of the tests: the server of TEST_DATABASE_URL (its user must be allowed to create
 * databases), else a throwaway one of this machine's newest server binaries. Null, and one line on stderr, where there is
 * neither. Stopped at the end of the run.
 */
export function postgresServer(): Promise<PostgresServer | null> {
  ofThisRun ??= findServer();
  return ofThisRun;
}

/** Stops the PostgreSQL of this run, if it was ever asked for. */
export async function stopPostgres(): Promise<void> {
  const server = await ofThisRun;
  ofThisRun = undefined;
  await server?.stop();
}

/**
 * A client on an address given by `PostgresServer`. postgres.js has no form of URL for a socket: it takes the folder from
 * its options alone, and would send the `host` of the URL to the server as a setting.
 */
export function connect(url: string, options: postgres.Options<Record<string, never>> = {}): postgres.Sql {
  const address = new URL(url);
  const socket = address.searchParams.get("host");
  address.searchParams.delete("host");
  return postgres(address.href, socket === null ? options : { ...options, host: socket });
}

/** Starts a throwaway PostgreSQL of its own for the caller, who stops it. Null where the machine has no server binaries. */
export async function startPostgres(options: ThrowawayOptions = {}): Promise<PostgresServer | null> {
  const binaries = serverBinaries();
  return binaries === null ? null : startCluster(binaries, options);
}

async function findServer(): Promise<PostgresServer | null> {
  const given = process.env["TEST_DATABASE_URL"];
  if (given !== undefined && given !== "") {
    const { dropAll, ...databases } = databasesOn(given);
    return { ...databases, stop: dropAll };
  }
  const server = await startPostgres({ fsync: false });
  if (server === null) {
    console.error(
      `\n*** NOT TESTED ON POSTGRESQL: no server binaries of version ${OLDEST_VERSION} or newer on PATH or in ${DEBIAN}, and TEST_DATABASE_URL is not set ***\n`,
    );
  }
  return server;
}

/** The folder of the newest server binaries of this machine that are new enough, or null. */
export function serverBinaries(): string | null {
  const onPath = Bun.which("postgres");
  const packaged = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, "bin")) : [];
  return (
    [...(onPath === null ? [] : [dirname(onPath)]), ...packaged]
      .filter((folder) => ["postgres", "initdb", "pg_ctl"].every((program) => existsSync(join(folder, program))))
      .map((folder) => ({ folder, version: majorVersion(join(folder, "postgres")) }))
      .filter(({ version }) => version >= OLDEST_VERSION)
      .sort((a, b) => b.version - a.version)[0]?.folder ?? null
  );
}

function majorVersion(program: string): number {
  const { stdout } = Bun.spawnSync([program, "--version"]);
  return Number(/\(PostgreSQL\) (\d+)/.exec(stdout.toString())?.[1] ?? 0);
}

/**
 * Runs for as long as the server: its standard input is a pipe from the tests, which ends when they end, however they
 * end; then it stops the server and removes the folder.
 */
const KEEPER = `
dir=$1 bin=$2 settings=$3
trap 'rm -rf "$dir"' EXIT
trap : HUP INT TERM
"$bin/initdb" -D "$dir/data" -U fplane -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1 &&
"$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -s -o "-k '$dir' -h '' -p 5432 $settings" start >>"$dir/log" 2>&1 ||
{ cat "$dir/log"; exit 1; }
echo ready
cat >/dev/null
"$bin/pg_ctl" -D "$dir/data" -m fast -w -s stop || "$bin/pg_ctl" -D "$dir/data" -m immediate -w -s stop
`;

async function startCluster(binaries: string, options: ThrowawayOptions): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "fplane-pg-"));
  const user = process.getuid?.() === 0 ? unprivilegedUser() : null;
  if (user !== null) await chown(folder, user.uid, user.gid);
  // Neither UTC nor without summer time: what leans on the server's own time zone breaks here and not at the telescope.
  // Tests open many stores, of which each takes up to nine sessions.
  const settings = `-c timezone=America/Chicago -c max_connections=400 ${options.fsync === false ? "-c fsync=off" : ""}`;
  const keeper = Bun.spawn(["sh", "-c", KEEPER, "sh", folder, binaries, settings], {
    cwd: "/",
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
    ...(user ?? {}),
  });
  const answer = await firstWords(keeper.stdout);
  if (answer !== "ready\n") throw new Error(`The PostgreSQL of ${binaries} did not start in ${folder}:\n${answer}`);
  keeper.unref();
  const { url, createDatabase } = databasesOn(`postgres://fplane@localhost:5432/postgres?host=${folder}`);
  return {
    url,
    createDatabase,
    async stop() {
      keeper.stdin.end();
      await keeper.exited;
    },
  };
}

/** PostgreSQL refuses to run as root. Every Unix has nobody. */
export function unprivilegedUser(): { uid: number; gid: number } {
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync("/etc/passwd", "utf8")) ?? [];
  if (uid === undefined || gid === undefined)
    throw new Error("PostgreSQL does not run as root, and /etc/passwd has no nobody");
  return { uid: Number(uid), gid: Number(gid) };
}

async function firstWords(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  for await (const chunk of stream) {
    text += new TextDecoder().decode(chunk);
    if (text === "ready\n") break;
  }
  return text;
}

function databasesOn(address: string): Databases {
  const run = crypto.randomUUID().slice(0, 8);
  const made: string[] = [];
  const url = (database: string): string => {
    const copy = new URL(address);
    copy.pathname = `/${database}`;
    return copy.href;
  };
  const command = async (statements: readonly string[]): Promise<void> => {
    const sql = connect(address, { max: 1, onnotice: () => {} });
    try {
      for (const statement of statements) await sql.unsafe(statement);
    } finally {
      await sql.end();
    }
  };
  return {
    url,
    async createDatabase() {
      const name = `fplane_test_${run}_${made.length + 1}`;
      made.push(name);
      await command([`CREATE DATABASE ${name} TEMPLATE template0`]);
      return url(name);
    },
    dropAll: () => command(made.splice(0).map((name) => `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}
