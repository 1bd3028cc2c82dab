import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { documentText, PROJECT } from "../support/documents.ts";

test("docs/architecture.md lists every table that the migrations make, and no other", () => {
  const files = ["db/migrate.ts", ...new Bun.Glob("db/migrations/*.sql").scanSync(PROJECT)];
  const made = files.flatMap((file) =>
    [...readFileSync(join(PROJECT, file), "utf8").matchAll(/^CREATE TABLE (\w+)/gm)].map(([, name = ""]) => name),
  );
  const [, section = ""] = documentText("docs/architecture.md").split("\n## The tables\n");
  const listed = [...(section.split("\n## ")[0] ?? "").matchAll(/^\| `(\w+)` \|/gm)].map(([, name = ""]) => name);
  expect(listed.toSorted()).toEqual(made.toSorted());
});
