import { afterAll } from "bun:test";
import { endRun } from "./end-of-run.ts";
import { stopPostgres } from "./postgres.ts";

// Removing the directories of many databases takes longer than a hook is given by default.
afterAll(async () => {
  await endRun();
  await stopPostgres();
}, 120_000);
