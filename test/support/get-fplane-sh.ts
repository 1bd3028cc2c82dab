import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What the script may call besides curl or wget; nothing else is on its path. */
const TOOLS = ["cat", "chmod", "date", "grep", "head", "mktemp", "mv", "od", "readlink", "rm", "sed", "tail", "tr"];

export const FETCHERS = ["curl", "wget"] as const;

/** Which of the programs that fetch is on the script's path. */
export type Fetcher = (typeof FETCHERS)[number] | "neither";

/** The POSIX shells of this machine. */
export const SHELLS = [["sh"], ["dash"], ["bash", "--posix"], ["busybox", "sh"]].flatMap(([name = "", ...args]) => {
  const path = Bun.which(name);
  return path === null ? [] : [[path, ...args]];
});

type RunOptions = {
  readonly cwd?: string;
  /** Else the server that the script was fetched from. */
  readonly server?: string;
  readonly shell?: readonly string[];
};

/** The script as a server hands it out, run where little else is. */
export class FetchedScript {
  readonly path: string;
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
    this.path = join(root, "get_fplane.sh");
  }

  static async from(serverUrl: string): Promise<FetchedScript> {
    const root = await mkdtemp(join(tmpdir(), "get-fplane-sh-"));
    for (const fetcher of [...FETCHERS, "neither"]) {
      await mkdir(join(root, fetcher));
      for (const tool of [...TOOLS, fetcher]) {
        const path = Bun.which(tool);
        if (path !== null) await symlink(path, join(root, fetcher, tool));
      }
    }
    const script = new FetchedScript(root);
    await writeFile(script.path, await (await fetch(`${serverUrl}/get_fplane.sh`)).bytes());
    return script;
  }

  /** An empty directory to run it in; removed by `remove`. */
  emptyDirectory(): Promise<string> {
    return mkdtemp(join(this.#root, "cwd-"));
  }

  remove(): Promise<void> {
    return rm(this.#root, { recursive: true, force: true });
  }

  start(fetcher: Fetcher, args: readonly string[], { cwd = this.#root, server, shell = SHELLS[0] }: RunOptions = {}) {
    return Bun.spawn([...(shell ?? []), this.path, ...args], {
      cwd,
      // No .curlrc and .wgetrc of whoever runs the tests, no proxy; the time zone is that of the expected file names.
      env: {
        PATH: join(this.#root, fetcher),
        HOME: this.#root,
        TMPDIR: this.#root,
        TZ: "UTC",
        ...(server === undefined ? {} : { FPLANE_SERVER: server }),
      },
      stdout: "pipe",
      stderr: "pipe",
      // A process group of its own, as a terminal gives it: an interruption reaches the script and what it called.
      detached: true,
    });
  }

  async run(fetcher: Fetcher, args: readonly string[], options: RunOptions = {}) {
    const child = this.start(fetcher, args, options);
    const [stdout, stderr, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { code, stdout, stderr };
  }
}
