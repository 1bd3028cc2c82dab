import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atEndOfRun } from "./end-of-run.ts";

const PROJECT = join(import.meta.dir, "..", "..");
const PROGRAM = join(PROJECT, "bin", "fplane.ts");

/** Where statuses wait that a test cannot send: never in the home of whoever runs the tests. */
const STATE_HOME = mkdtempSync(join(tmpdir(), "fplane-state-"));
atEndOfRun(() => rmSync(STATE_HOME, { recursive: true, force: true }));

export type CliOptions = {
  /** On top of an environment without any setting of ours. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: string;
};

/** Nor does one test get what another got from its server; those of the cache have caches of their own. */
const NO_CACHE = { FPLANE_CACHE: "off" };

export type CliResult = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs the real program to its end, as a user would. */
export async function cli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = startCli(args, options);
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, stdout, stderr };
}

/** Starts the real program; the caller reads, stops and awaits it. */
export function startCli(args: readonly string[], options: CliOptions = {}) {
  return spawnCli(args, options, "pipe");
}

/** The same, its standard output in a file. */
export function startCliInto(file: string, args: readonly string[], options: CliOptions = {}) {
  return spawnCli(args, options, Bun.file(file));
}

function spawnCli<Out extends "pipe" | Bun.BunFile>(
  args: readonly string[],
  { env = {}, cwd = PROJECT, stdin = "" }: CliOptions,
  stdout: Out,
) {
  return Bun.spawn([process.execPath, PROGRAM, ...args], {
    cwd,
    env: { ...environmentWithoutSettings(), XDG_STATE_HOME: STATE_HOME, ...NO_CACHE, ...env },
    stdin: new Blob([stdin]),
    stdout,
    stderr: "pipe",
  });
}

/** Whoever runs the tests may have settings of their own server in the environment, or a key. */
function environmentWithoutSettings(): Record<string, string> {
  const ours =
    /^(FPLANE_|FPS_|DB_|DATABASE_URL$|SERVER_URL$|DATA_DIR$|KEY_|FAILED_KEYS_|WRITES_|USER_DATABASE$|SPOOL_DIR$|LOG_|TLS_|SMTP_|MAIL_|WEBHOOK_|ALARM_HOURS$)/;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || ours.test(name) ? [] : [[name, value]],
    ),
  );
}
