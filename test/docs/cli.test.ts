import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ENVIRONMENT } from "../../bin/command-line/environment.ts";
import { usage } from "../../bin/command-line/run.ts";
import { BROKEN_PIPE, INTERRUPTED } from "../../bin/command-line/terminal.ts";
import { ERRORS } from "../../src/domain/errors.ts";
import { everyCommand } from "../support/commands.ts";
import { documentText, expectSection, PROJECT, UPDATES } from "../support/documents.ts";

const CLI = "docs/cli.md";

const commands = await everyCommand();

const COMMANDS = "\n## Commands\n";

if (UPDATES) {
  const [head = ""] = documentText(CLI).split(COMMANDS);
  const sections = commands.map(({ path }) => `\n### \`${path}\`\n\n<!-- begin ${path} -->\n<!-- end ${path} -->\n`);
  writeFileSync(join(PROJECT, CLI), `${head}${COMMANDS}${sections.join("")}`);
}

describe("docs/cli.md", () => {
  for (const { path, node } of commands) {
    test(`holds the help of ${path} as --help prints it`, async () => {
      expectSection(CLI, path, `\`\`\`text\n${await usage(node, path)}\n\`\`\``);
    });
  }

  test("has the commands in the order of the program, and no other", () => {
    const documented = [...documentText(CLI).matchAll(/^<!-- begin (fplane.*) -->$/gm)].map(([, path]) => path);
    expect(documented).toEqual(commands.map(({ path }) => path));
  });

  test("lists what the client's commands read from the environment", async () => {
    const rows = Object.entries(ENVIRONMENT).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`);
    expectSection(CLI, "environment", ["| variable | meaning |", "|---|---|", ...rows].join("\n"));
  });

  test("lists every exit code with the errors that lead to it", () => {
    const byExit = Map.groupBy(Object.entries(ERRORS), ([, { exit }]) => exit);
    const rows = [...byExit]
      .sort(([a], [b]) => a - b)
      .map(([exit, errors]) => `| ${exit} | ${errors.map(([code]) => `\`${code}\``).join(", ")} |`);
    const signals = [
      `| ${INTERRUPTED} | interrupted (Ctrl-C) |`,
      `| ${BROKEN_PIPE} | whoever reads the output has enough of it (\`fplane log \\| head\`) |`,
    ];
    const table = ["| exit code | errors |", "|---|---|", "| 0 | none |", ...rows, ...signals];
    expectSection(CLI, "exit codes", table.join("\n"));
  });
});
