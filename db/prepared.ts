import type postgres from "postgres";

/** A longer statement (an INSERT of many rows) is seldom the same again: it would only fill the session's memory. */
const LONGEST_PREPARED = 4000;

/**
 * The client, on which what drizzle asks is prepared once a session: afterwards PostgreSQL neither parses nor plans it
 * again, and it takes one round trip instead of two. Drizzle itself does so only for statements that are given a name.
 */
export function preparing<Client extends postgres.Sql | postgres.TransactionSql>(client: Client): Client {
  return new Proxy(client, {
    get: (target, name, receiver) => {
      if (name === "unsafe") {
        const unsafe: postgres.Sql["unsafe"] = (query, parameters, options) =>
          target.unsafe(query, parameters, { ...options, prepare: query.length <= LONGEST_PREPARED });
        return unsafe;
      }
      if (name === "begin" || name === "savepoint") {
        const inside = Reflect.get(target, name) as (...args: unknown[]) => unknown;
        return (...args: unknown[]) => {
          const act = args.pop() as (tx: postgres.TransactionSql) => unknown;
          return inside(...args, (tx: postgres.TransactionSql) => act(preparing(tx)));
        };
      }
      return Reflect.get(target, name, receiver);
    },
  });
}
