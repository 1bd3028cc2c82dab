import { type SQL, sql } from "drizzle-orm";
import { type Instant, instantText, type Span } from "../src/domain/time/instant.ts";
import { spanText } from "./columns.ts";

/** Pieces of SQL that statements have in common; `valid` and `rev` are the columns of a table of facts. */

export function at(instant: Instant): SQL {
  return sql`${instantText(instant)}::timestamptz`;
}

export function overlapping(span: Span): SQL {
  return sql`valid && ${spanText(span)}::tstzrange`;
}

export function knownAt(rev: number): SQL {
  return sql`rev @> ${rev}::bigint`;
}

/**
 * The same for lookups that walk along an index of starts. Of `rev @> ...` PostgreSQL thinks that hardly any row fulfils
 * it: then it would rather read and sort all rows of a seat.
 */
export function knownAlongStarts(rev: number): SQL {
  return sql`lower(rev) <= ${rev}::bigint AND coalesce(upper(rev) > ${rev}::bigint, true)`;
}

/**
 * An id of three digits as the indices of the exclusion constraints know it: as a number. What walks along the starts of a
 * seat asks for the text instead, which the btree indices have.
 */
export function asIndexed(id: string): string {
  return `${id}::int4`;
}

/** Whether an id of three digits is one of some. */
export function isOneOf(column: "ifuslot" | "ifuid" | "specid", ids: readonly string[]): SQL {
  return sql`${sql.raw(asIndexed(column))} = ANY(${sql.param(`{${ids.join(",")}}`)}::int4[])`;
}

/** A list as one parameter: drizzle would spread an array into many. */
export function textArray(values: readonly string[]): SQL {
  return sql`${sql.param(`{${values.map((value) => `"${value.replaceAll(/["\\]/g, "\\$&")}"`).join(",")}}`)}::text[]`;
}

export function numberArray(values: readonly number[]): SQL {
  return sql`${sql.param(`{${values.join(",")}}`)}::bigint[]`;
}
