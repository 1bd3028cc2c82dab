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
          withoutHoles(target.unsafe(query, parameters, { ...options, prepare: query.length <= LONGEST_PREPARED }));
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

/**
 * After an answer that broke off in its rows, postgres.js 3.4.9 counts the rows of the session's next answer on from there
 * (its issue 1181): they come behind as many holes, and whoever looks at the first row would see nothing recorded.
 */
function withoutHoles<Query extends object>(query: Query): Query {
  const resolve: unknown = Reflect.get(query, "resolve");
  if (typeof resolve !== "function") throw new Error("postgres.js gives its answers in another way than it did");
  Reflect.set(query, "resolve", (answer: unknown) => {
    if (Array.isArray(answer) && answer.length > 0 && !(0 in answer)) {
      const first = answer.findIndex((_, i) => i in answer);
      answer.splice(0, first < 0 ? answer.length : first);
    }
    return resolve(answer);
  });
  return query;
}
