import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { FplaneError } from "../../src/domain/errors.ts";
import { type Connection, type DatabaseLocation, SESSION } from "../connection.ts";
import { preparing } from "./prepared.ts";

/**
 * Opens PostgreSQL: with `role`, every session takes that role; without, one session stays the login.
 *
 * @param away whether the server is known to be away: then the first question tries to reach it, not this
 * @throws FplaneError `unavailable` when the server cannot be reached or refuses the login
 */
export async function connectPostgres(
  location: Extract<DatabaseLocation, { engine: "postgres" }>,
  schema: string,
  role?: string,
  away = false,
): Promise<Connection> {
  const { database, username, password } = location;
  const { url, host } = withSocket(location.url ?? "");
  const client = postgres(url, {
    ...(host === null ? {} : { host }),
    ...(database === undefined ? {} : { database }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    max: role === undefined ? 1 : 8,
    connect_timeout: 5,
    backoff: reconnectAfter,
    onnotice: () => {},
    fetch_types: false, // arrays go in and out as text; and who asks for them at a connection's start is not told when it breaks
    connection: {
      application_name: "fplane",
      search_path: `${schema},public`,
      ...SESSION,
      ...(role === undefined ? {} : { role }),
    },
  });
  try {
    if (!away) await client`SELECT 1`;
  } catch (error) {
    await client.end({ timeout: 1 });
    throw new FplaneError(
      "unavailable",
      `the database cannot be reached: ${error instanceof Error ? error.message : error}`,
      { unreachable: true },
    );
  }
  return {
    engine: "postgres",
    schema,
    drizzle: drizzle(preparing(client)),
    script: async (text) => void (await client.unsafe(text)),
    listen: async (channel, listener) => {
      const subscription = await client.listen(channel, listener, () => listener(null));
      return subscription.unlisten;
    },
    close: () => client.end({ timeout: 5 }),
  };
}

/** Seconds until the next attempt to reach PostgreSQL, after so many: soon, but not all servers in step. */
function reconnectAfter(attempts: number): number {
  return Math.min(2, 0.1 * 2 ** attempts) * (0.5 + Math.random() / 2);
}

/** `postgres:///name?host=/run/postgresql`, as libpq writes a socket's directory; postgres.js wants it as an option. */
function withSocket(url: string): { url: string; host: string | null } {
  if (!URL.canParse(url)) return { url, host: null };
  const address = new URL(url);
  const host = address.searchParams.get("host");
  address.searchParams.delete("host");
  return { url: address.href, host };
}
