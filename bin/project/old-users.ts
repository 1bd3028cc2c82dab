import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { z } from "zod";
import { FplaneError } from "../../src/domain/errors.ts";
import { PROGRAM } from "../../src/domain/role.ts";
import type { Logger } from "../../src/server/log/log.ts";
import type { Deps } from "../../src/service/deps.ts";
import { addUser } from "../../src/service/users.ts";

/** The table of the old server (SQLite, by peewee), as its documentation names the columns. */
const OLD_USER = z.object({
  username: z.string(),
  firstname: z.string().nullish(),
  lastname: z.string().nullish(),
  email: z.string().nullish(),
  apikey: z.string().min(16),
});

/**
 * Takes over the users of an old server with the keys that they have, as updaters. A user that exists already is left as
 * it is, so this can be done at every start.
 *
 * @throws FplaneError `bad-parameter` when the file is missing or has no such table
 */
export async function takeOverUsers(deps: Deps, file: string, log: Logger): Promise<void> {
  if (!existsSync(file)) throw new FplaneError("bad-parameter", `USER_DATABASE: there is no file ${file}`);
  for (const row of oldUsers(file)) {
    const { username, firstname, lastname, email, apikey } = row;
    if ((await deps.store.userNamed(username)) !== null) continue;
    const names = { firstName: firstname ?? "", lastName: lastname ?? "", email: email ?? "" };
    await addUser(deps, PROGRAM, { username, role: "updater", ...names }, apikey);
    log.info({ username }, "took over a user of the old server");
  }
}

function oldUsers(file: string): z.output<typeof OLD_USER>[] {
  const database = new Database(file, { readonly: true });
  try {
    return z.array(OLD_USER).parse(database.query('SELECT * FROM "user"').all());
  } catch (error) {
    const reason = error instanceof z.ZodError ? "its table user has other columns" : String(error);
    throw new FplaneError("bad-parameter", `USER_DATABASE: ${file} is no user database of fplaneserver: ${reason}`);
  } finally {
    database.close();
  }
}
