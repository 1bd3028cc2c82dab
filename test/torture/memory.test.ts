import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { eventually } from "../support/eventually.ts";
import { initDirectory, serveDirectory, temporaryDirectory } from "../support/live-server.ts";
import { recordFigure } from "./figures.ts";
import { FULL } from "./scale.ts";

const MOST = 200;

/** Megabytes that a process has in memory. */
function residentOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

test.skipIf(process.platform !== "linux")(
  `an embedded server at rest has less than ${MOST} MB of memory${FULL ? ", also after its very first start" : ""}`,
  async () => {
    const directory = await initDirectory();
    const starts = [{ what: "after a start", env: {} }];
    // A database that is not there yet: `serve` makes it, which takes a gigabyte for a moment.
    if (FULL) starts.push({ what: "after the very first start", env: { DATA_DIR: await temporaryDirectory() } });
    const figures: string[] = [];
    for (const { what, env } of starts) {
      const server = await serveDirectory(directory, env);
      const resident = await eventually(
        () => residentOf(server.pid),
        (megabytes) => megabytes < MOST,
        90_000,
      );
      for (let i = 0; i < 200; i += 1) await fetch(`${server.url}/fplane/20200101`);
      const afterwards = await eventually(
        () => residentOf(server.pid),
        (megabytes) => megabytes < MOST,
        90_000,
      );
      figures.push(`${what} ${resident.toFixed(0)} MB, then 200 requests and ${afterwards.toFixed(0)} MB`);
      expect(await server.stop()).toBe(0);
    }
    recordFigure("memory at rest of a server with the embedded database", figures.join("; "));
  },
  FULL ? 600_000 : 240_000,
);
