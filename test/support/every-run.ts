import { afterAll } from "bun:test";
import { endRun } from "./end-of-run.ts";
import { removeTemporaryFiles } from "./own-temporary-directory.ts"; // before anything makes a temporary file
import { stopPostgres } from "./postgres.ts";

// Removing what the tests have made takes longer on a busy machine than a hook has by default.
afterAll(
  async () => {
    await endRun();
    await stopPostgres();
    await removeTemporaryFiles();
  },
  { timeout: 180_000 },
);
