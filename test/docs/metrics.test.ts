import { expect, test } from "bun:test";
import type { Store } from "../../src/service/store.ts";
import { expectSection } from "../support/documents.ts";
import { observatory, testApp } from "../support/observatory.ts";

test("docs/operations.md lists every metric with its type and its meaning", async () => {
  const { app } = testApp(observatory({} as Store));
  const text = await (await app.request("/metrics")).text();
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => [name, type]));
  const rows = [...text.matchAll(/^# HELP (\S+) (.+)$/gm)].map(
    ([, name = "", help]) => `| \`${name}\` | ${types.get(name)} | ${help} |`,
  );
  expect(rows.length).toBeGreaterThan(12);
  expectSection("docs/operations.md", "metrics", ["| metric | type | meaning |", "|---|---|---|", ...rows].join("\n"));
});
