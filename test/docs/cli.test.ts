import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { usage } from "../../bin/run.ts";
import { ERRORS } from "../../src/domain/errors.ts";
import { everyCommand } from "../support/commands.ts";
import { documentText, expectSection, PROJECT, UPDATES } from "../support/documents.ts";

const CLI = "docs/cli.md";

const commands = await everyCommand();

describe("docs/cli.md", () => {
  for (const { path, node } of commands) {
    test(`holds the help of ${path} as --help prints it`, async () => {
      if (UPDATES && !documentText(CLI).includes(`<!-- begin ${path} -->`)) {
        const section = `\n## \`${path}\`\n\n<!-- begin ${path} -->\n<!-- end ${path} -->\n`;
        writeFileSync(join(PROJECT, CLI), documentText(CLI) + section);
      }
      expectSection(CLI, path, `\`\`\`text\n${await usage(node, path)}\n\`\`\``);
    });
  }

  test("has a section for no command that does not exist", () => {
    const documented = [...documentText(CLI).matchAll(/^<!-- begin (fplane.*) -->$/gm)].map(([, path]) => path);
    expect(documented.toSorted()).toEqual(commands.map(({ path }) => path).toSorted());
  });

  test("lists every exit code with the errors that lead to it", () => {
    const byExit = Map.groupBy(Object.entries(ERRORS), ([, { exit }]) => exit);
    const rows = [...byExit]
      .sort(([a], [b]) => a - b)
      .map(([exit, errors]) => `| ${exit} | ${errors.map(([code]) => `\`${code}\``).join(", ")} |`);
    const table = ["| exit code | errors |", "|---|---|", "| 0 | none |", ...rows, "| 130 | interrupted (Ctrl-C) |"];
    expectSection(CLI, "exit codes", table.join("\n"));
  });
});
