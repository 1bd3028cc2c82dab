import { afterAll, setDefaultTimeout } from "bun:test";
import { endRun } from "./end-of-run.ts";
import { stopPostgres } from "./postgres.ts";

// The first start of a database takes several seconds on a busy machine.
setDefaultTimeout(30_000);

afterAll(async () => {
  await endRun();
  await stopPostgres();
});
