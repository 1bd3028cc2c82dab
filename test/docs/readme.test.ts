import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { blocksOf, documentText, PROJECT } from "../support/documents.ts";

const INSTALL_WITH_NODE = `npx -y bun@${packageJson.devDependencies.bun} install --frozen-lockfile`;
const TEST_WITH_NODE = `${INSTALL_WITH_NODE} && npx bun run check`;
const TEST_WITH_BUN = "bun install --frozen-lockfile && bun run check";

describe("README.md", () => {
  const LINES = [
    `${INSTALL_WITH_NODE} && npx bun bin/fplane.ts serve --demo`,
    TEST_WITH_NODE,
    "bun install --frozen-lockfile && bun bin/fplane.ts serve --demo",
    TEST_WITH_BUN,
  ];

  for (const line of LINES) {
    test(`has this line to copy, by itself, in its first screen: ${line}`, () => {
      const block = blocksOf("README.md").find(({ text }) => text === `${line}\n`);
      expect(block?.language).toBe("sh");
      const [before = ""] = documentText("README.md").split(`\n${line}\n`);
      expect(before.split("\n").length).toBeLessThan(40);
    });
  }

  test("has the lines that the project checks itself with", () => {
    const check = readFileSync(join(PROJECT, ".ci", "run"), "utf8");
    expect(check).toContain(TEST_WITH_NODE);
    expect(check).toContain(TEST_WITH_BUN);
  });
});
