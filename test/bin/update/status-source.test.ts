import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStatus } from "../../../bin/update/status-source.ts";
import { eventually } from "../../support/eventually.ts";

const TERMINAL = {
  env: { PATH: process.env["PATH"] },
  interrupted: new AbortController().signal,
  stdin: async () => "",
};

test("a command that never ends is ended, with all that it has started: the next run would find it there", async () => {
  const command = "trap '' TERM; sleep 3600 & echo waiting >&2; sleep 3600; wait";
  // Its output ends only when nobody holds it any more.
  const error = await readStatus({ command }, TERMINAL, 300).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: "unavailable",
    message: expect.stringMatching(/^the command .* gave no status within 0.3 s: waiting$/),
  });
});

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "fplane-command-"));
});
afterAll(() => rm(directory, { recursive: true }));

test("what has left its group, and holds its output, is not waited for", async () => {
  const pid = join(directory, "pid");
  const command = `setsid sh -c 'echo $$ > ${pid}; exec sleep 3600' & wait; sleep 3600`;
  const error = await readStatus({ command }, TERMINAL, 500).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "unavailable", message: expect.stringContaining("within 0.5 s") });
  const started = Number(await readFile(pid, "utf8").catch(() => ""));
  if (started > 0) process.kill(started);
});

test("one that does not end when it is interrupted is ended", async () => {
  const interruption = new AbortController();
  const started = join(directory, "started");
  const command = `trap '' TERM; touch ${started}; while :; do sleep 1; done`;
  const reading = readStatus({ command }, { ...TERMINAL, interrupted: interruption.signal }, 3_600_000);
  const refused = reading.catch((thrown: unknown) => thrown);
  await eventually(() => Bun.file(started).exists(), Boolean);
  interruption.abort();
  expect(await refused).toMatchObject({ message: expect.stringContaining("failed (SIGKILL)") });
}, 120_000);

test("a command that ends in time is read to its end", async () => {
  expect(await readStatus({ command: "echo '{\"a\": 1}'" }, TERMINAL, 60_000)).toEqual({ a: 1 });
});
