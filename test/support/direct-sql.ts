import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import type { Connection } from "../../db/connection.ts";
import { hashedText, type Revision } from "../../src/domain/record/revision.ts";
import { type Instant, instantText, later } from "../../src/domain/time/instant.ts";

/**
 * What becomes of statements that are run in one transaction on the application's own connection: the SQLSTATE of the
 * refusal, or `accepted`. What was accepted is kept.
 */
export async function outcomeOf(connection: Connection, ...statements: readonly string[]): Promise<string> {
  try {
    await connection.drizzle.transaction(async (tx) => {
      for (const statement of statements) await tx.execute(sql.raw(statement));
    });
    return "accepted";
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    if (cause instanceof Error && "code" in cause) return String(cause.code);
    throw error;
  }
}

/** A text of SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

type Given = Partial<Omit<Revision, "recordedAt">> & { readonly body?: string; readonly recordedAt?: Instant };

/** The revision that follows `last`, well made but for what is given. */
export function nextRevision(last: Revision | null, given: Given = {}): Revision & { readonly body: string } {
  const body = given.body ?? "{}";
  const head = {
    rev: (last?.rev ?? 0) + 1,
    recordedAt: last === null ? (0 as Instant) : later(last.recordedAt, 1),
    kind: "import" as const,
    actor: "mallory",
    reason: "",
    bodySha256: createHash("sha256").update(body).digest("hex"),
    prevHash: last?.hash ?? "",
    ...given,
  };
  return { hash: createHash("sha256").update(hashedText(head)).digest("hex"), ...head, body };
}

/** The statement that adds that revision. */
export function revisionAfter(
  last: Revision | null,
  given: Given = {},
  table = "revision",
): { readonly rev: number; readonly statement: string } {
  const { rev, recordedAt, kind, actor, reason, body, bodySha256, prevHash, hash } = nextRevision(last, given);
  const texts = [kind, actor, reason, body, bodySha256, prevHash, hash].map(quoted).join(", ");
  const columns = "rev, recorded_at, kind, actor, reason, body, body_sha256, prev_hash, hash";
  return {
    rev,
    statement: `INSERT INTO ${table} (${columns}) VALUES (${rev}, ${quoted(instantText(recordedAt))}, ${texts})`,
  };
}
