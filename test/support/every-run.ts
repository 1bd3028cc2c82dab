import { afterAll, setDefaultTimeout } from "bun:test";
import { stopPostgres } from "./postgres.ts";

// The first start of a database takes several seconds on a busy machine.
setDefaultTimeout(30_000);

afterAll(stopPostgres);
