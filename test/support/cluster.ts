import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { atEndOfRun } from "./end-of-run.ts";
import { serverBinaries, unprivilegedUser } from "./postgres.ts";

/** A PostgreSQL of a test's own, which it may kill. It waits for the disk, as in production. */
export type Cluster = {
  /** Of its database `postgres`, as its superuser, through a socket. */
  readonly url: string;
  /** Starts it, or starts it again; waits until it takes connections. */
  readonly start: () => Promise<void>;
  /** Ends every process of it at once, without warning. */
  readonly kill: () => Promise<void>;
  /** Lets every process of it hang, as a machine that swaps itself to death does, or go on. */
  readonly hang: (hanging: boolean) => void;
  readonly stop: () => Promise<void>;
  /** A standby that follows it; not started yet. */
  readonly standby: () => Promise<Cluster>;
  /** Lets a standby become a primary. */
  readonly promote: () => Promise<void>;
};

/** Null where the machine has no server binaries. */
export async function newCluster(settings: readonly string[] = []): Promise<Cluster | null> {
  const binaries = serverBinaries();
  if (binaries === null) return null;
  const folder = newFolder();
  await run(binaries, "initdb", ["-D", join(folder, "data"), "-U", "fplane", "-A", "trust", "-E", "UTF8", "--no-sync"]);
  return clusterIn(binaries, folder, settings);
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "fplane-cluster-"));
  const user = owner();
  if (user !== null) chownSync(folder, user.uid, user.gid);
  return folder;
}

function owner() {
  return process.getuid?.() === 0 ? unprivilegedUser() : null;
}

async function run(binaries: string, program: string, args: readonly string[]): Promise<void> {
  const beside = dirname(realpathSync(join(binaries, "postgres"))); // where a link on PATH leads to
  const child = Bun.spawn([join(beside, program), ...args], {
    ...{ cwd: "/", stdin: "ignore", stdout: "pipe", stderr: "pipe" },
    ...(owner() ?? {}),
  });
  const [said, code] = await Promise.all([new Response(child.stderr).text(), child.exited]);
  if (code !== 0) throw new Error(`${program} exited with ${code}: ${said}`);
}

function clusterIn(binaries: string, folder: string, settings: readonly string[]): Cluster {
  const data = join(folder, "data");
  const socket = `-k '${folder}' -h '' -p 5432`;
  const options = [socket, ...settings.map((setting) => `-c ${setting}`)].join(" ");
  const ctl = (...args: string[]) => run(binaries, "pg_ctl", ["-D", data, "-l", join(folder, "log"), "-w", ...args]);
  const kill = async () => {
    const processes = processesOf(data);
    for (const pid of processes) signal(pid, "SIGKILL");
    while (processes.some(isThere)) await Bun.sleep(5);
  };
  atEndOfRun(async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    url: `postgres://fplane@localhost:5432/postgres?host=${folder}`,
    // Directly after a kill the memory of the former one may still be there.
    start: async () => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await ctl("-t", "120", "-o", options, "start");
        } catch (error) {
          if (attempt === 20) throw error;
          await Bun.sleep(250);
        }
      }
    },
    kill,
    hang: (hanging) => {
      for (const pid of processesOf(data)) signal(pid, hanging ? "SIGSTOP" : "SIGCONT");
    },
    stop: () => ctl("-m", "fast", "stop"),
    standby: async () => {
      const copy = newFolder();
      const from = ["-d", `host=${folder} port=5432 user=fplane application_name=standby`];
      await run(binaries, "pg_basebackup", ["-D", join(copy, "data"), "-R", "-c", "fast", "-X", "stream", ...from]);
      return clusterIn(binaries, copy, []);
    },
    promote: () => ctl("promote"),
  };
}

/** The server's first process and those that it has started; none when it is not running. */
function processesOf(data: string): number[] {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return [];
  const first = Number(readFileSync(file, "utf8").split("\n")[0]);
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return [first, ...all.map(Number).filter((pid) => parentOf(pid) === first)].filter(isThere);
}

function parentOf(pid: number): number | null {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1]);
  } catch {
    return null; // it has ended meanwhile
  }
}

function signal(pid: number, name: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

function isThere(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}
