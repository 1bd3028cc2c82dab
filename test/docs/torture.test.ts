import { expect, test } from "bun:test";
import { expectSection } from "../support/documents.ts";
import { keptFigures } from "../torture/figures.ts";

test("docs/operations.md quotes what the last long run of each torture came to", () => {
  const figures = keptFigures();
  expect(figures).not.toBeEmpty();
  const rows = figures.map(
    ({ torture, result, date }) => `| ${torture} | ${result.replaceAll("|", "\\|")} | ${date} |`,
  );
  const table = ["| torture | what it came to | when |", "|---|---|---|", ...rows].join("\n");
  expectSection("docs/operations.md", "torture", table);
});
