import { cpuSeconds, type Started } from "./processes.ts";

/** What is asked of a server, again and again. */
export type Load = {
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A Lua script for wrk, and its arguments, where not each request is the same. */
  readonly script?: readonly [file: string, ...args: string[]];
};

/** What came of one run of the load generator. */
export type Shot = {
  readonly perSecond: number;
  /** CPU time of the server's processes, user and system, divided by the requests: microseconds. */
  readonly cpuMicroseconds: number;
  /** Latency in milliseconds that half, and 99 of 100, of the requests did not exceed. */
  readonly p50: number;
  readonly p99: number;
};

export const WRK = Bun.which("wrk");

/**
 * Loads a server with wrk.
 *
 * @param cores on which wrk runs; null: wherever it likes
 * @throws Error when the server refused anything: then the figures would be of something else
 */
export async function shoot(
  server: Started,
  load: Load,
  { seconds, connections, cores }: { seconds: number; connections: number; cores: string | null },
): Promise<Shot> {
  if (WRK === null) throw new Error("there is no wrk: apt-get install wrk");
  const headers = Object.entries(load.headers ?? {}).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const [script, ...args] = load.script ?? [];
  const command = [
    ...(cores === null ? [] : ["taskset", "-c", cores]),
    ...[WRK, "-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "--timeout", "10s", ...headers],
    ...(script === undefined ? [] : ["-s", script]),
    server.url + load.path,
    ...(args.length === 0 ? [] : ["--", ...args]),
  ];
  const before = cpuSeconds(server.roots);
  const child = Bun.spawn(command, { stdout: "pipe", stderr: "pipe" });
  const [text, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const cpu = cpuSeconds(server.roots) - before;
  if ((await child.exited) !== 0) throw new Error(`wrk: ${errors}${text}`);
  const refused = /^\s*Non-2xx or 3xx responses: .*/m.exec(text) ?? /^\s*Socket errors: .*/m.exec(text);
  if (refused !== null) throw new Error(`${load.path.slice(0, 80)}: ${refused[0].trim()}`);
  const requests = Number(/(\d+) requests in/.exec(text)?.[1]);
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]),
    cpuMicroseconds: (cpu / requests) * 1e6,
    p50: milliseconds(text, "50%"),
    p99: milliseconds(text, "99%"),
  };
}

const UNITS = { us: 0.001, ms: 1, s: 1000, m: 60_000 } as const;

function milliseconds(text: string, percentile: string): number {
  const [, number, unit] = new RegExp(`^\\s+${percentile}\\s+([\\d.]+)(us|ms|s|m)$`, "m").exec(text) ?? [];
  return Number(number) * UNITS[unit as keyof typeof UNITS];
}

/**
 * Asks once, so that nothing is measured which is not the answer that is meant: as wrk asks, uncompressed unless the load
 * says so. (A compressed answer has another ETag, by which wrk would be sent the whole file.)
 */
export async function demandAnswer(server: Started, load: Load, status: number): Promise<Response> {
  const answer = await fetch(server.url + load.path, {
    headers: { "Accept-Encoding": "identity", ...load.headers },
    tls: { rejectUnauthorized: false },
  });
  if (answer.status === status) return answer;
  throw new Error(`${server.url}${load.path.slice(0, 80)}: ${answer.status} ${await answer.text()}`);
}

/** Asks for each once, uncompressed as the load generator does, so that the server has had to look up all of them. */
export async function askEach(server: Started, paths: readonly string[]): Promise<void> {
  const headers = { "accept-encoding": "identity" };
  for (const path of paths) await (await fetch(server.url + path, { headers })).arrayBuffer();
}
