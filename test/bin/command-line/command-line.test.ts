import { describe, expect, test } from "bun:test";
import { commandLine } from "../../../bin/command-line/command-line.ts";

const DEFINITION = {
  reason: { type: "string" },
  file: { type: "positional" },
  commit: { type: "boolean" },
  table: { type: "string" },
} as const;

describe("a command line that is shown to be repeated", () => {
  test.each([
    [{}, "fplane x"],
    [{ commit: true, reason: "plain" }, "fplane x --reason plain --commit"],
    [{ commit: false, reason: undefined }, "fplane x"],
    [{ reason: "two words", file: "a b.txt" }, "fplane x 'a b.txt' --reason 'two words'"],
    [{ reason: "" }, "fplane x --reason ''"],
    [{ reason: "--commit" }, "fplane x --reason=--commit"],
    [{ table: "-" }, "fplane x --table -"],
    [{ unknown: "left out" }, "fplane x"],
  ])("%j is %s", (values, line) => {
    expect(commandLine("fplane x", DEFINITION, values)).toBe(line);
  });

  test.each(["it's", "$(date)", "`date`", 'a "b"', "a\\b", "a;b", "*", "ä", "two\nlines", "#", "~"])(
    "a shell reads %j as it was",
    async (reason) => {
      const line = commandLine("printf %s", { reason: { type: "positional" } }, { reason });
      const shell = Bun.spawn(["sh", "-c", line], { stdout: "pipe" });
      expect(await new Response(shell.stdout).text()).toBe(reason);
    },
  );
});
