import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { z } from "zod";
import { FplaneError } from "../../src/domain/errors.ts";
import { PROGRAM } from "../../src/domain/role.ts";
import { messageOf } from "../../src/domain/thrown.ts";
import type { Logger } from "../../src/server/log/log.ts";
import type { Deps } from "../../src/service/deps.ts";
import { keyDigest } from "../../src/service/users/keys.ts";
import { addUser } from "../../src/service/users.ts";

/** A row of the table of the old server (SQLite, by peewee), as its documentation names the columns. */
const OLD_USER = z.object({
  username: z.string(),
  firstname: z.string().nullish(),
  lastname: z.string().nullish(),
  email: z.string().nullish(),
  apikey: z.string("its apikey is no text").min(16, "its apikey has less than 16 characters"),
});

const KNOWN = "it has been taken over before";

/**
 * Takes over the users of an old server with the keys that they have, as updaters. A user that exists already is left as
 * it is, so this can be done at every start. Who cannot be taken over is told to the log: one odd row of a file that an
 * old server may still write to keeps no server from starting.
 *
 * @throws FplaneError `bad-parameter` when the file is missing or has no such table
 */
export async function takeOverUsers(deps: Deps, file: string, log: Logger): Promise<void> {
  if (!existsSync(file)) throw new FplaneError("bad-parameter", `USER_DATABASE: there is no file ${file}`);
  for (const row of rowsOf(file)) {
    const { username } = row;
    const refusal = await takeOver(deps, row);
    if (refusal === null) log.info({ username }, "took over a user of the old server");
    else if (refusal !== KNOWN) log.warn({ username }, `left out a user of the old server: ${refusal}`);
  }
}

/** @returns why the user is not taken over now */
async function takeOver(deps: Deps, row: Readonly<Record<string, unknown>>): Promise<string | null> {
  const { data: old, error } = OLD_USER.safeParse(row);
  if (error !== undefined) return error.issues.map(({ message }) => message).join(", ");
  const { username, firstname, lastname, email, apikey } = old;
  const here = await deps.store.userNamed(username);
  if (here !== null) {
    if (here.keySha256 === keyDigest(apikey)) return KNOWN;
    return `there is a user ${username} here already, with another key; the old server's counts only there`;
  }
  const names = { firstName: firstname ?? "", lastName: lastname ?? "", email: email ?? "" };
  try {
    await addUser(deps, PROGRAM, { username, role: "updater", ...names }, apikey);
    return null;
  } catch (error) {
    const isOfTheRow = error instanceof FplaneError && ["bad-parameter", "already-exists"].includes(error.code);
    if (isOfTheRow) return error.message;
    throw error;
  }
}

function rowsOf(file: string): Record<string, unknown>[] {
  const wrong = (reason: string) =>
    new FplaneError("bad-parameter", `USER_DATABASE: ${file} is no user database of fplaneserver: ${reason}`);
  let database: Database | undefined;
  try {
    database = new Database(file, { readonly: true });
    const query = database.query<Record<string, unknown>, []>('SELECT * FROM "user" ORDER BY id');
    const rows = query.all();
    const missing = ["username", "apikey"].filter((column) => !query.columnNames.includes(column));
    if (missing.length > 0) throw wrong(`its table user has no column ${missing.join(", ")}`);
    return rows;
  } catch (error) {
    throw error instanceof FplaneError ? error : wrong(messageOf(error));
  } finally {
    database?.close();
  }
}
