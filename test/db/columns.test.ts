import { beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { pgTable } from "drizzle-orm/pg-core";
import { instantFromPostgres, revisionRange, span } from "../../db/columns.ts";
import { type Connection, rowsOf } from "../../db/connection.ts";
import { textArray } from "../../db/fragments.ts";
import { type Instant, instantOf, instantText } from "../../src/domain/time/instant.ts";
import { describeOnEngines } from "../support/engines.ts";

const INSTANTS = [
  "0001-01-01T00:00:00Z",
  "0999-12-31T23:59:59Z",
  "1883-11-18T17:50:35.000001Z", // before there were time zones
  "1969-12-31T23:59:59.999999Z",
  "1970-01-01T00:00:00Z",
  "2018-07-16T05:00:00.25Z",
  "2020-02-29T12:34:56.789012Z",
  "2038-01-19T03:14:08Z",
  "2255-06-05T23:47:34.740991Z", // the last microsecond that a double counts exactly
  "9999-12-31T23:59:59Z",
];

describeOnEngines("columns", (engine) => {
  let connection: Connection;
  beforeAll(async () => {
    ({ connection } = await engine.open());
  });
  /** What the database gives back for a value, as text. */
  const stored = async (value: string, type: string) => {
    const [row] = await rowsOf<{ value: string }>(
      connection.drizzle,
      sql`SELECT ${value}::text::${sql.raw(type)} AS value`,
    );
    return row?.value ?? "";
  };

  test.each(INSTANTS)("the instant %s comes back to the microsecond", async (text) => {
    const value = instantOf(text);
    expect(instantText(instantFromPostgres(await stored(instantText(value), "timestamptz")))).toBe(text);
  });

  test("the last instant before the year 10000 comes back", async () => {
    const last = Number(253_402_300_799_999_968n) as Instant;
    expect(instantFromPostgres(await stored(instantText(last), "timestamptz"))).toBe(last);
  });

  test.each([
    ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"],
    ["2018-07-16T05:00:00.000001Z", "2018-07-16T05:00:00.000002Z"],
    ["1969-12-31T23:59:59.5Z", null],
  ])("the span from %s until %s comes back", async (from, until) => {
    const value = { from: instantOf(from), until: until === null ? null : instantOf(until) };
    const column = columnOf(span);
    expect(column.mapFromDriverValue(await stored(String(column.mapToDriverValue(value)), "tstzrange"))).toEqual(value);
  });

  test.each([
    [1, null],
    [1, 2],
    [7, 9_007_199_254_740_991],
  ])("the revisions from %p until %p come back", async (from, until) => {
    const column = columnOf(revisionRange);
    const text = await stored(String(column.mapToDriverValue({ from, until })), "int8range");
    expect(column.mapFromDriverValue(text)).toEqual({ from, until });
  });

  test("a list of texts arrives as it is, whatever is in it", async () => {
    const list = ["013", "", "a,b", '"quoted"', "back\\slash", "{}", "NULL", "é\n'"];
    const rows = await rowsOf<{ text: string }>(connection.drizzle, sql`SELECT unnest(${textArray(list)}) AS text`);
    expect(rows.map((row) => row.text)).toEqual(list);
  });
});

describe("a timestamp of PostgreSQL", () => {
  test.each([
    "2018-07-16 00:00:00-05",
    "2018-07-16T05:00:00Z",
    "16/07/2018 05:00:00+00",
    "infinity",
    "0044-03-15 00:00:00+00 BC",
    "",
  ])("in another form is an error, for the session is set wrongly: %p", (text) => {
    expect(() => instantFromPostgres(text)).toThrow("not a UTC timestamp");
  });
});

type Mapped = { mapToDriverValue(value: unknown): unknown; mapFromDriverValue(value: string): unknown };

/** How drizzle writes and reads values of a type. */
function columnOf(type: typeof span | typeof revisionRange): Mapped {
  return pgTable("any", { value: type() }).value as unknown as Mapped;
}
