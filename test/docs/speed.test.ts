import { expect, test } from "bun:test";
import { join } from "node:path";
import { readResults, resultsText } from "../bench/results.ts";
import { documentText, expectSection, PROJECT } from "../support/documents.ts";

const SUBJECTS = ["read", "profile", "growth", "updates", "bulk", "start", "scale"];

test("docs/speed.md has the figures of docs/bench-results.json", () => {
  const results = readResults(join(PROJECT, "docs"));
  for (const subject of SUBJECTS) expectSection("docs/speed.md", `bench ${subject}`, resultsText(results, subject));
});

test("docs/speed.md names every subject of the bench", () => {
  const text = documentText("docs/speed.md");
  expect(SUBJECTS.filter((subject) => !text.includes(`bench ${subject}\``))).toEqual([]);
});
