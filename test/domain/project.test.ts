import { describe, expect, test } from "bun:test";
import { schemaName } from "../../src/domain/project.ts";

describe("the schema of a project", () => {
  test.each([
    ["HETDEX", "hetdex"],
    ["hetdex_2", "hetdex_2"],
    ["a".repeat(51), "a".repeat(51)],
    ["publicity", "publicity"],
  ])("%s is kept in %s", (project, schema) => {
    expect(schemaName(project)).toBe(schema);
  });

  test.each([
    "",
    "2hetdex",
    "_hetdex",
    "het dex",
    "het-dex",
    'het"dex',
    "hetdex; DROP TABLE revision",
    "hetdex\n",
    "hétdex",
    "a".repeat(52),
    "public",
    "Public",
    "pg_catalog",
    "PG_TOAST",
    "information_schema",
  ])("%p is no project", (project) => {
    expect(schemaName(project)).toBeNull();
  });
});
