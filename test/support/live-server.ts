import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cli, startCli } from "./cli.ts";
import { atEndOfRun } from "./end-of-run.ts";

/** The real program serving on a port of its own, in another process. */
export type LiveServer = {
  /** `http://localhost:34567` */
  readonly url: string;
  readonly adminKey: string;
  /** Where `init` put settings and data. */
  readonly directory: string;
  /** For a client that asks this server as its administrator. */
  readonly env: { readonly FPLANE_SERVER: string; readonly FPLANE_APIKEY: string };
  readonly pid: number;
  /** What it wrote to standard error, when it has ended. */
  readonly stderr: Promise<string>;
  /** Stops it as Ctrl-C does. @returns its exit code */
  readonly stop: () => Promise<number>;
  /** Ends it without warning, as a power cut does. */
  readonly kill: () => Promise<void>;
};

type Environment = Readonly<Record<string, string>>;

/**
 * Makes a directory with `init` and serves it.
 *
 * @param options database: the address of a PostgreSQL of the caller, else the embedded one; env: settings of the server
 */
export async function startLiveServer(
  options: { readonly database?: string; readonly env?: Environment } = {},
): Promise<LiveServer> {
  return await serveDirectory(await initDirectory(options), options.env);
}

/** A directory as `init` leaves it; removed when the tests end. */
export async function initDirectory({ database }: { readonly database?: string } = {}): Promise<string> {
  const directory = await temporaryDirectory();
  if (database === undefined) {
    template ??= temporaryDirectory().then((made) => init([made]));
    await cp(await template, directory, { recursive: true });
    return directory;
  }
  return await init([directory, "--database", database]);
}

/** An embedded directory, made once a run: a first start takes seconds, a copy of it a fraction of one. */
let template: Promise<string> | undefined;

async function init(args: readonly [directory: string, ...flags: string[]]): Promise<string> {
  const { code, stderr } = await cli(["init", ...args]);
  if (code !== 0) throw new Error(`init exited with ${code}: ${stderr}`);
  return args[0];
}

/** An empty directory; removed when the tests end. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "fplane-live-"));
  atEndOfRun(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Serves what `init` made: the first time, or again after `stop` or `kill`. */
export async function serveDirectory(directory: string, env: Environment = {}): Promise<LiveServer> {
  const adminKey = (await Bun.file(join(directory, "admin.key")).text()).trim();
  const server = startCli(["serve", "--config", join(directory, "fplane.toml")], {
    env: { SERVER_URL: "localhost:0", LOG_LOWER_LEVEL: "warning", ...env },
  });
  const end = async (signal: "SIGINT" | "SIGKILL") => {
    server.kill(signal);
    return await server.exited;
  };
  // For a test that fails before it stops its server. Its directory, which is older, goes after it.
  atEndOfRun(() => end("SIGKILL"));
  const errors = new Response(server.stderr).text();
  const url = (await said(server.stdout, /listens on (\S+)\n/))?.[1];
  if (url === undefined) throw new Error(`serve exited with ${await server.exited}: ${await errors}`);
  return {
    url,
    adminKey,
    directory,
    env: { FPLANE_SERVER: url, FPLANE_APIKEY: adminKey },
    pid: server.pid,
    stderr: errors,
    stop: () => end("SIGINT"),
    kill: async () => void (await end("SIGKILL")),
  };
}

/**
 * A demo server in a process of its own, and the key that it prints.
 *
 * @returns the environment for its clients; it ends with the tests
 */
export async function startDemo(): Promise<LiveServer["env"]> {
  const server = startCli(["serve", "--demo"], { env: { SERVER_URL: "localhost:0", LOG_LOWER_LEVEL: "warning" } });
  atEndOfRun(async () => {
    server.kill("SIGINT");
    await server.exited;
  });
  const errors = new Response(server.stderr).text();
  const [, url, key] = (await said(server.stdout, /FPLANE_SERVER=(\S+) FPLANE_APIKEY=(\S+)\n/)) ?? [];
  if (url === undefined || key === undefined) throw new Error(`the demo ended: ${await errors}`);
  return { FPLANE_SERVER: url, FPLANE_APIKEY: key };
}

/**
 * Waits until a process says it; null when it ends before. Reads on in the background, so that a server that talks is
 * never blocked by a full pipe.
 */
async function said(stdout: ReadableStream<Uint8Array>, what: RegExp): Promise<RegExpExecArray | null> {
  const reader = stdout.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (true) {
    const { done, value } = await reader.read();
    if (done) return null;
    text += decoder.decode(value, { stream: true });
    const found = what.exec(text);
    if (found === null) continue;
    void drain(reader);
    return found;
  }
}

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}
