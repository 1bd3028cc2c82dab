import { expect, test } from "bun:test";
import { join } from "node:path";
import { isMet } from "../bench/report.ts";
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

test("docs/speed.md says of each target that is missed, and of no other, what the limit is", () => {
  const results = readResults(join(PROJECT, "docs"));
  const missed = Object.values(results).flatMap(({ ratios }) =>
    ratios.flatMap(({ name, value, ...ratio }) =>
      isMet({ ...ratio, name, value: value ?? Number.NaN }) === false ? [name] : [],
    ),
  );
  const [, section = ""] = /^## What is missed$([\s\S]*?)^## /m.exec(documentText("docs/speed.md")) ?? [];
  const named = [...section.matchAll(/^\| (?!target \|)([^|-][^|]*) \|/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(missed.toSorted());
});
