import { bigint, boolean, doublePrecision, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { ErrorCode } from "../src/domain/errors.ts";
import type { RevisionKind } from "../src/domain/record/revision.ts";
import type { UploadOutcome } from "../src/domain/record/revision-body.ts";
import type { Role } from "../src/domain/role.ts";
import { instant, revisionRange, span } from "./columns.ts";

/**
 * The tables as the program sees them. The migrations are the truth: they also hold the exclusion constraints, triggers
 * and grants, which drizzle cannot say. All tables live in the project's own schema, first on the search path.
 */

const rowId = () => bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity();
const rev = () => bigint({ mode: "number" });

export const revision = pgTable("revision", {
  rev: rev().primaryKey(),
  recordedAt: instant("recorded_at").notNull(),
  kind: text().$type<RevisionKind>().notNull(),
  actor: text().notNull(),
  reason: text().notNull(),
  body: text().notNull(),
  bodySha256: text("body_sha256").notNull(),
  prevHash: text("prev_hash").notNull(),
  hash: text().notNull(),
});

export const placement = pgTable("placement", {
  id: rowId(),
  instrument: text().notNull(),
  ifuslot: text().notNull(),
  ifuid: text(),
  specid: text(),
  specslot: text(),
  contid: text(),
  valid: span().notNull(),
  rev: revisionRange().notNull(),
  assertedBy: bigint("asserted_by", { mode: "number" }).notNull(),
});

export const position = pgTable("position", {
  id: rowId(),
  ifuslot: text().notNull(),
  ifuid: text().notNull(),
  x: doublePrecision().notNull(),
  y: doublePrecision().notNull(),
  valid: span().notNull(),
  rev: revisionRange().notNull(),
  assertedBy: bigint("asserted_by", { mode: "number" }).notNull(),
});

export const confirmation = pgTable("confirmation", {
  id: rowId(),
  valid: span().notNull(),
  rev: revisionRange().notNull(),
});

export const hardwareStatus = pgTable("hardware_status", {
  rev: rev().primaryKey(),
  dataTime: instant("data_time").notNull(),
  startsAt: instant("starts_at").notNull(),
});

export const hold = pgTable("hold", {
  id: rowId(),
  hold: bigint({ mode: "number" }).notNull(),
  ifuslot: text().notNull(),
  valid: span().notNull(),
  rev: revisionRange().notNull(),
});

export const tag = pgTable("tag", {
  name: text().primaryKey(),
  rev: rev().notNull(),
  asOf: bigint("as_of", { mode: "number" }).notNull(),
  horizon: instant(),
});

export const upload = pgTable("upload", {
  rev: rev().primaryKey(),
  sha256: text().notNull(),
  outcome: text().$type<UploadOutcome>().notNull(),
  code: text().$type<ErrorCode>(),
  resolves: bigint({ mode: "number" }),
});

export const userVersion = pgTable(
  "user_version",
  {
    username: text().notNull(),
    rev: rev().notNull(),
    role: text().$type<Role>().notNull(),
    enabled: boolean().notNull(),
    firstName: text("first_name").notNull(),
    lastName: text("last_name").notNull(),
    email: text().notNull(),
    keySha256: text("key_sha256").notNull(),
    keySealed: text("key_sealed").notNull(),
    salt: text().notNull(),
    keyExpiresAt: instant("key_expires_at"),
    previousKeySha256: text("previous_key_sha256"),
    previousKeyUntil: instant("previous_key_until"),
  },
  (table) => [primaryKey({ columns: [table.username, table.rev] })],
);

export const keyUse = pgTable("key_use", {
  keySha256: text("key_sha256").primaryKey(),
  lastUsedAt: instant("last_used_at").notNull(),
  address: text(),
});
