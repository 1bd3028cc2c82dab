import { homedir } from "node:os";
import { join } from "node:path";

/** The newest of each Python found on this machine, as a command; null where there is none that runs. */
export const PYTHONS = { python3: await runnable("python3", 3), python2: await runnable("python2", 2) } as const;

/** pyenv puts commands on the path that exist for some of its versions only, and keeps the others in a folder of their own. */
async function runnable(name: string, major: number): Promise<string | null> {
  const kept = new Bun.Glob(`.pyenv/versions/${major}.*/bin/${name}`).scan({ cwd: homedir(), dot: true });
  const candidates = [name, `/usr/bin/${name}`, ...(await Array.fromAsync(kept, (path) => join(homedir(), path)))];
  for (const candidate of candidates) {
    const path = Bun.which(candidate);
    if (path === null) continue;
    const asked = Bun.spawnSync([path, "-c", "import sys; sys.stdout.write(str(sys.version_info[0]))"]);
    if (asked.exitCode === 0 && asked.stdout.toString() === String(major)) return path;
  }
  return null;
}

/** The oldest and the newest Python 3 of this machine, by version: what is written for both runs on all between. */
export const OLDEST_AND_NEWEST: readonly (readonly [version: string, python: string])[] = await oldestAndNewest();

async function oldestAndNewest(): Promise<(readonly [string, string])[]> {
  const kept = new Bun.Glob(".pyenv/versions/3.*/bin/python3").scan({ cwd: homedir(), dot: true });
  const candidates = [PYTHONS.python3, ...(await Array.fromAsync(kept, (path) => join(homedir(), path)))];
  const found = candidates.flatMap((python) => {
    if (python === null) return [];
    const asked = Bun.spawnSync([python, "-c", "import sys; sys.stdout.write('%d.%02d' % sys.version_info[:2])"]);
    return asked.exitCode === 0 ? [[asked.stdout.toString(), python] as const] : [];
  });
  const supported = found.filter(([version]) => version >= "3.06").sort(([a], [b]) => (a < b ? -1 : 1));
  return [...new Map([...supported.slice(0, 1), ...supported.slice(-1)])];
}
