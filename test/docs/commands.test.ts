import { describe, expect, test } from "bun:test";
import type { ArgsDef } from "citty";
import { checkArguments } from "../../bin/command-line/check-arguments.ts";
import { everyCommand } from "../support/commands.ts";
import { blocksOf, DOCUMENTS } from "../support/documents.ts";

const commands = new Map((await everyCommand()).map(({ path, node }) => [path, node]));

/** The words of a shell line, without quotes; operators are words of their own, `#` ends it. */
function wordsOf(line: string): string[] {
  const tokens = line.matchAll(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'|&;<>])+|\|\|?|&&?|;|[<>]+&?/g);
  const words: string[] = [];
  for (const [token] of tokens) {
    if (token.startsWith("#")) break;
    words.push(token.replaceAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_, double, single) => double ?? single));
  }
  return words;
}

const OPERATOR = /^(\|\|?|&&?|;|[<>]+&?|\d?>.*)$/;

/** The arguments of every call of fplane in a shell line. */
function callsIn(line: string): string[][] {
  const words = wordsOf(line);
  return words.flatMap((word, i) => {
    const before = words[i - 1];
    const starts = before === undefined || OPERATOR.test(before) || /^[A-Z_]+=/.test(before) || before === "*";
    const isCall = /^[^=]*bin\/fplane\.ts$/.test(word) || (/(^|\/)fplane$/.test(word) && starts);
    if (!isCall) return [];
    const rest = words.slice(i + 1);
    const end = rest.findIndex((next) => OPERATOR.test(next));
    const args = end < 0 ? rest : rest.slice(0, end);
    return [/^\d$/.test(args.at(-1) ?? "") && end >= 0 ? args.slice(0, -1) : args]; // the 2 of 2>
  });
}

/** Throws where the program would refuse the command line without looking any further. */
function parse(args: readonly string[]): void {
  let path = "fplane";
  let rest = args;
  while (commands.has(`${path} ${rest[0]}`)) {
    path = `${path} ${rest[0]}`;
    rest = rest.slice(1);
  }
  const command = commands.get(path);
  if (command === undefined || rest.includes("--help") || rest.includes("--version")) return;
  if ("groups" in command) throw new Error(`there is no command ${path} ${rest[0] ?? ""}`);
  checkArguments(rest, (command.args ?? {}) as ArgsDef, path);
}

const SHELL = ["sh", "console", "crontab", "ini"];

const calls = DOCUMENTS.flatMap((path) =>
  blocksOf(path)
    .filter(({ language }) => SHELL.includes(language))
    .flatMap(({ text, language }) => {
      const lines = text.replaceAll("\\\n", " ").split("\n");
      const typed = language === "console" ? lines.filter((line) => line.startsWith("$ ")) : lines;
      return typed.flatMap((line) => callsIn(line.replace(/^\$ /, "")).map((args) => ({ path, args })));
    }),
);

describe("the command lines in the documents", () => {
  for (const { path, args } of calls) {
    test(`the program takes \`fplane ${args.join(" ")}\` of ${path}`, () => {
      expect(() => parse(args)).not.toThrow();
    });
  }

  test("are found at all, and a wrong one would be noticed", () => {
    expect(calls.length).toBeGreaterThan(20);
    expect(() => parse(["get", "--outptu", "x"])).toThrow("--outptu");
    expect(() => parse(["gte"])).toThrow("gte");
  });
});
