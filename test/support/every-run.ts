import { afterAll } from "bun:test";
import { endRun } from "./end-of-run.ts";
import { stopPostgres } from "./postgres.ts";

// Removing what the tests have made takes longer on a busy machine than a hook has by default.
afterAll(
  async () => {
    await endRun();
    await stopPostgres();
  },
  { timeout: 180_000 },
);
