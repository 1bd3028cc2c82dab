import { existsSync, readdirSync, readFileSync } from "node:fs";

/** The clock ticks of /proc in a second; Linux has told 100 to programs for decades, whatever the kernel counts in. */
const TICKS = 100;

/** A server under measurement, with all processes that it is made of. */
export type Started = {
  readonly url: string;
  /** The process (or processes) that was started; its children are found anew each time. */
  readonly roots: readonly number[];
  readonly stop: () => Promise<void>;
};

/** The processes and all that they have started, and that are still there. */
function withChildren(roots: readonly number[]): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (/^\d+$/.test(name)) parents.set(Number(name), statOf(Number(name))?.parent ?? 0);
  }
  const found = new Set(roots.filter((pid) => parents.has(pid)));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

/** CPU time that the processes and their children have taken so far, user and system, in seconds. */
export function cpuSeconds(roots: readonly number[]): number {
  return withChildren(roots).reduce((sum, pid) => sum + (statOf(pid)?.cpu ?? 0), 0);
}

/** Resident memory of the processes and their children, in MB (10^6 bytes). */
export function residentMegabytes(roots: readonly number[]): number {
  return withChildren(roots).reduce((sum, pid) => sum + memoryOf(pid), 0);
}

/** Puts the processes, all their threads and what they will start onto these cores (`0`, `0,1`). */
export function pinTo(cores: string, roots: readonly number[]): void {
  if (Bun.which("taskset") === null) return;
  for (const pid of withChildren(roots)) {
    Bun.spawnSync(["taskset", "-a", "-c", "-p", cores, String(pid)], { stdout: "ignore", stderr: "ignore" });
  }
}

/** `cpu` in seconds. Null when the process is gone. */
function statOf(pid: number): { readonly parent: number; readonly cpu: number } | null {
  try {
    // The program's name is in brackets and may itself hold blanks and brackets.
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { parent: Number(fields[1]), cpu: (Number(fields[11]) + Number(fields[12])) / TICKS };
  } catch {
    return null;
  }
}

function memoryOf(pid: number): number {
  const path = `/proc/${pid}/smaps_rollup`;
  try {
    // The proportional share, so that what the backends of PostgreSQL share is counted once.
    return (Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(path, "utf8"))?.[1] ?? 0) * 1024) / 1e6;
  } catch {
    return 0;
  }
}

/** Waits until something answers there; `running` says whether it is still worth while. */
export async function answering(url: string, running: () => boolean = () => true): Promise<void> {
  for (let i = 0; i < 1200 && running(); i += 1) {
    const answer = await fetch(url, { redirect: "manual", tls: { rejectUnauthorized: false } }).catch(() => null);
    await answer?.arrayBuffer();
    if (answer !== null && answer.status < 500) return;
    await Bun.sleep(50);
  }
  throw new Error(`nothing answers at ${url}`);
}

/** Ends a process that was started here and waits for its end. */
export async function ended(child: Bun.Subprocess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  child.kill(signal);
  const patience = setTimeout(() => child.kill("SIGKILL"), 10_000);
  await child.exited;
  clearTimeout(patience);
}

/** What the machine is, for whoever reads the figures. */
export function machine(): { readonly cpu: string; readonly cores: number; readonly memoryGB: number } {
  const info = existsSync("/proc/cpuinfo") ? readFileSync("/proc/cpuinfo", "utf8") : "";
  const memory = existsSync("/proc/meminfo") ? readFileSync("/proc/meminfo", "utf8") : "";
  return {
    cpu: /^model name\s*:\s*(.+)$/m.exec(info)?.[1] ?? "unknown",
    cores: navigator.hardwareConcurrency,
    memoryGB: Math.round((Number(/^MemTotal:\s+(\d+)/m.exec(memory)?.[1] ?? 0) * 1024) / 1e9),
  };
}
