import { expect, test } from "bun:test";
import { readStatus } from "../../../bin/update/status-source.ts";

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

test("a command that ends in time is read to its end", async () => {
  expect(await readStatus({ command: "echo '{\"a\": 1}'" }, TERMINAL, 60_000)).toEqual({ a: 1 });
});
