import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startCli, startCliInto } from "../support/cli.ts";
import { atEndOfRun } from "../support/end-of-run.ts";
import { eventually } from "../support/eventually.ts";
import { initDirectory } from "../support/live-server.ts";

// A server's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

const PATIENCE = 60_000;

describe("a server whose words nobody reads goes on", () => {
  const logIn = (directory: string) => readFile(join(directory, "logs", "fplane.log"), "utf8").catch(() => "");
  const commandFor = (directory: string) => ["serve", "--config", join(directory, "fplane.toml")];
  const env = { SERVER_URL: "localhost:0" };

  test("after `fplane serve 2>&1 | head -1`", async () => {
    const directory = await initDirectory();
    const server = startCli(commandFor(directory), { env });
    atEndOfRun(() => server.kill("SIGKILL")); // for a test that fails before it stops its server
    const reader = server.stdout.getReader();
    const { value } = await reader.read();
    const [url = ""] = /http:\S+/.exec(new TextDecoder().decode(value)) ?? [];
    await Promise.all([reader.cancel(), server.stderr.cancel()]);
    for (let i = 0; i < 5; i += 1) {
      expect((await fetch(`${url}/status`)).status).toBe(200);
      const lines = await eventually(
        async () => (await logIn(directory)).match(/"path":"\/status"/g)?.length ?? 0,
        (found) => found > i,
        PATIENCE,
      );
      expect(lines).toBe(i + 1);
    }
    server.kill("SIGINT");
    expect(await server.exited).toBe(0);
    expect(await logIn(directory)).toContain("stopping: finishing what is under way");
  });

  test("where standard output is full, and says so in its log", async () => {
    const directory = await initDirectory();
    const server = startCliInto("/dev/full", commandFor(directory), { env });
    atEndOfRun(() => server.kill("SIGKILL"));
    const told =
      /"(http:\S+) is served; that could not be told on standard output: standard output cannot be written: /;
    const [, url = ""] =
      told.exec(
        await eventually(
          () => logIn(directory),
          (log) => told.test(log),
          PATIENCE,
        ),
      ) ?? [];
    expect((await fetch(`${url}/status`)).status).toBe(200);
    server.kill("SIGINT");
    expect(await server.exited).toBe(0);
  });
});
