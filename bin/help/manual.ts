import packageJson from "../../package.json" with { type: "json" };
import { ERRORS } from "../../src/domain/errors.ts";
import { ENVIRONMENT } from "../command-line/environment.ts";
import type { DescribedCommand, Flag, Positional } from "./command-tree.ts";

/** The manual as `man` reads it: roff with the macros of man(7), made of what the commands say of themselves. */
export function manual([root, ...commands]: readonly DescribedCommand[]): string {
  const leaves = commands.filter((described) => described.commands.length === 0);
  return [
    `.TH FPLANE 1 "" "fplane ${text(packageJson.version)}" "User Commands"`,
    ".ad l", // neither stretched nor hyphenated: addresses and flags are to be copied
    ".nh",
    ".SH NAME",
    `fplane \\- ${text(root?.description ?? "")}`,
    ".SH SYNOPSIS",
    ".B fplane",
    "\\fIcommand\\fR [\\fIargument\\fR ...] [\\fB\\-\\-\\fIflag\\fR ...]",
    ".br",
    ".B fplane",
    "[\\fIcommand\\fR] \\fB\\-\\-help\\fR | \\fB\\-\\-version\\fR",
    ".SH DESCRIPTION",
    ...DESCRIPTION.flatMap((paragraph) => [".PP", text(paragraph)]),
    ".SH COMMANDS",
    ...leaves.flatMap(commandSection),
    ".SH ENVIRONMENT",
    ...Object.entries(ENVIRONMENT).flatMap(([name, meaning]) => [".TP", `.B ${name}`, text(meaning)]),
    ".SH EXIT STATUS",
    ...exitCodes().flatMap(([exit, meaning]) => [".TP", `.B ${exit}`, text(meaning)]),
    "",
  ].join("\n");
}

const DESCRIPTION = [
  "The value of a command goes to standard output, everything else that it has to say to standard error.",
  "A date without a time is the midnight of the night that starts on it; a timestamp is UTC; an empty date, latest and current are now.",
  "A key is never an argument, since others who use the machine could read it there.",
];

function commandSection({ path, description, examples, flags, positionals }: DescribedCommand): string[] {
  const ordered = flags.toSorted((a, b) => Number(b.required) - Number(a.required));
  return [
    `.SS "${text(path)}"`,
    `\\fB${text(path)}\\fR ${[...positionals.map(positionalUsage), ...ordered.map(flagUsage)].join(" ")}`.trimEnd(),
    ".PP",
    `${text(capital(description))}.`,
    ...positionals.flatMap((positional) => [
      ".TP",
      `\\fI${text(positional.value.hint)}\\fR`,
      text(positional.description),
    ]),
    ...ordered.flatMap((flag) => [".TP", flagNames(flag), text(flag.description) + defaultOf(flag)]),
    ...(examples.length === 0 ? [] : [".PP", "Examples:", ".PP", ".nf", ".RS"]),
    ...examples.map((example) => text(/^\w+=/.test(example) ? example : `fplane ${example}`)),
    ...(examples.length === 0 ? [] : [".RE", ".fi"]),
  ];
}

function positionalUsage({ value, required, repeated }: Positional): string {
  const name = `\\fI${text(value.hint)}\\fR${repeated ? " ..." : ""}`;
  return required ? name : `[${name}]`;
}

function flagUsage({ name, value, required }: Flag): string {
  const flag = `\\fB\\-\\-${text(name)}\\fR${value === null ? "" : ` \\fI${text(value.hint)}\\fR`}`;
  return required ? flag : `[${flag}]`;
}

function flagNames({ name, alias, value }: Flag): string {
  const names = [...(alias === null ? [] : [`-${alias}`]), `--${name}`].map((flag) => `\\fB${text(flag)}\\fR`);
  return names.join(", ") + (value === null ? "" : ` \\fI${text(value.hint)}\\fR`);
}

function defaultOf(flag: Flag): string {
  return flag.default === null ? "" : text(` (default: ${flag.default})`);
}

function capital(sentence: string): string {
  return sentence.slice(0, 1).toUpperCase() + sentence.slice(1);
}

function exitCodes(): [exit: number, meaning: string][] {
  const byExit = Map.groupBy(Object.entries(ERRORS), ([, { exit }]) => exit);
  const codes = [...byExit].map(([exit, errors]): [number, string] => [
    exit,
    errors.map(([code, { title }]) => `${title} (${code})`).join("; "),
  ]);
  return [[0, "all went well"], ...codes.toSorted(([a], [b]) => a - b), [130, "interrupted"]];
}

/** Text that roff shows as it is: neither a macro at the start of a line, nor an escape, nor a typographic dash or quote. */
function text(plain: string): string {
  const escaped = plain
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll('"', "\\(dq")
    .replaceAll("`", "\\(ga")
    .replaceAll("^", "\\(ha")
    .replaceAll("~", "\\(ti");
  return escaped.startsWith(".") ? `\\&${escaped}` : escaped;
}
