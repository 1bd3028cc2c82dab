import { afterAll } from "bun:test";
import { endRun } from "./end-of-run.ts";
import { stopPostgres } from "./postgres.ts";

afterAll(async () => {
  await endRun();
  await stopPostgres();
});
