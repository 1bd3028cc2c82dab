#!/usr/bin/env bun
import { group } from "./command.ts";
import { run } from "./run.ts";
import { processTerminal } from "./terminal.ts";

const fplane = group("fplane", "Which focal plane was valid at this date?", {
  get: async () => (await import("./get.ts")).get,
  update: async () => (await import("./update.ts")).update,
  import: async () => (await import("./import.ts")).importFiles,
  user: async () => (await import("./user.ts")).user,
  init: async () => (await import("./init.ts")).init,
  serve: async () => (await import("./serve.ts")).serve,
  migrate: async () => (await import("./migrate.ts")).migrate,
});

process.exitCode = await run(fplane, process.argv.slice(2), processTerminal());
