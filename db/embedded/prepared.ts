import {
  type PGlite,
  parse,
  protocol,
  type QueryOptions,
  type Results,
  type Transaction,
  types,
} from "@electric-sql/pglite";

/** A longer statement (an INSERT of many rows) is seldom the same again; nor does the one session keep more than so many. */
const LONGEST_PREPARED = 4000;
const MOST_PREPARED = 500;

type Query = PGlite["query"];

/**
 * The embedded database, in which what drizzle asks is prepared once: PGlite's own `query` has each statement parsed and
 * planned anew, which takes several times as long as running it.
 */
export function preparingEmbedded(client: PGlite): PGlite {
  const ask = preparedQueries(client);
  const query: Query = (text, values, options) => {
    const asked = parameters(text, values);
    if (asked === null) return client.query(text, values, options);
    return client._runExclusiveTransaction(() => ask(text, asked, options)); // not into somebody else's transaction
  };
  const inside = (tx: Transaction): Transaction => {
    const queryInside: Query = (text, values, options) => {
      const asked = parameters(text, values);
      return asked === null ? tx.query(text, values, options) : ask(text, asked, options);
    };
    return replacing(tx, { query: queryInside });
  };
  const transaction: PGlite["transaction"] = (act) => client.transaction((tx) => act(inside(tx)));
  return replacing(client, { query, transaction });
}

/** The same object but for some of its members. */
function replacing<T extends object>(target: T, members: Partial<T>): T {
  return new Proxy(target, {
    get: (_, name) => {
      if (name in members) return Reflect.get(members, name);
      const member: unknown = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member; // it has private members of its own
    },
  });
}

/** The parameters as PostgreSQL reads them; null for a statement that is better not prepared. */
function parameters(text: string, values: readonly unknown[] | undefined): (string | null)[] | null {
  if (values === undefined || values.length === 0 || text.length > LONGEST_PREPARED) return null;
  const texts: (string | null)[] = [];
  for (const value of values) {
    if (value === null || typeof value === "string") texts.push(value);
    else if (typeof value === "number" || typeof value === "boolean") texts.push(String(value));
    else return null;
  }
  return texts;
}

const { serialize } = protocol;

function preparedQueries(client: PGlite) {
  const names = new Map<string, string>();
  const prepare = async (text: string): Promise<string> => {
    const name = names.size < MOST_PREPARED ? `fplane_${names.size + 1}` : "";
    await client.execProtocol(joined([serialize.parse({ name, text, types: [] }), serialize.sync()]));
    if (name !== "") names.set(text, name);
    return name;
  };
  return <T>(text: string, values: (string | null)[], options: QueryOptions | undefined): Promise<Results<T>> =>
    client._runExclusiveQuery(async () => {
      const statement = names.get(text) ?? (await prepare(text));
      const run = [serialize.bind({ statement, values }), serialize.describe({ type: "P" }), serialize.execute({})];
      const { messages } = await client.execProtocol(joined([...run, serialize.sync()]));
      const [results] = parse.parseResults(messages, types.parsers, options);
      return results as Results<T>;
    });
}

function joined(messages: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(messages);
}
