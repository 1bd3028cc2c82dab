import { type ArgsDef, renderUsage, runCommand } from "citty";
import packageJson from "../../package.json" with { type: "json" };
import { ERRORS, FplaneError } from "../../src/domain/errors.ts";
import { didYouMean } from "../../src/domain/nearest.ts";
import { messageOf } from "../../src/domain/thrown.ts";
import { checkArguments } from "./check-arguments.ts";
import type { Group, Leaf } from "./command.ts";
import { nextStep } from "./next-step.ts";
import { BROKEN_PIPE, INTERRUPTED, type Terminal } from "./terminal.ts";

/** Runs a command line. Errors become exit codes here and nowhere else. @returns the exit code */
export async function run(root: Group, rawArgs: readonly string[], terminal: Terminal): Promise<number> {
  const called: Called = { isClient: false };
  try {
    return await dispatch(root, rawArgs, terminal, called);
  } catch (error) {
    if (terminal.interrupted.aborted) {
      terminal.err("fplane: interrupted");
      return INTERRUPTED;
    }
    if (error instanceof Error && "code" in error && error.code === "EPIPE") return BROKEN_PIPE;
    const told = error instanceof FplaneError ? error : unexpected(error, terminal);
    terminal.err(`fplane: ${told.message}`);
    const next = called.isClient && error === told ? nextStep(told.code) : null; // what this program met is in no server's log
    if (next !== null) terminal.err(next);
    return ERRORS[told.code].exit;
  }
}

/** What is known of the command by the time that it fails. */
type Called = { /** Whether it asks a server, and may say what to do next. */ isClient: boolean };

/** citty's own errors are about missing arguments, those of files about what was named; anything else is a fault of ours, told with what is known of it. */
function unexpected(error: unknown, { env }: Terminal): FplaneError {
  const message = messageOf(error);
  if (error instanceof Error && error.name === "CLIError")
    return new FplaneError("bad-parameter", Bun.stripANSI(message));
  if (error instanceof Error && error.name === "SettingsError") return new FplaneError("bad-parameter", message);
  if (error instanceof Error && "syscall" in error && "path" in error) return new FplaneError("bad-parameter", message);
  return new FplaneError(
    "internal",
    error instanceof Error && env["FPLANE_DEBUG"] ? (error.stack ?? message) : message,
  );
}

async function dispatch(root: Group, rawArgs: readonly string[], terminal: Terminal, called: Called): Promise<number> {
  let at: Group | Leaf = root;
  let path = "fplane";
  let rest = rawArgs;
  while ("groups" in at) {
    const [name, ...others]: readonly string[] = rest;
    if (name === "--version" && path === "fplane") {
      await terminal.out(`${packageJson.version}\n`);
      return 0;
    }
    const commands = Object.keys(at.groups).join(", ");
    if (name === undefined || name === "--help" || name === "-h") {
      await terminal.out(`${await usage(at, path)}\n`);
      if (name !== undefined) return 0;
      throw new FplaneError("bad-parameter", `which command? ${path} has ${commands}`);
    }
    const next: (() => Promise<Leaf | Group>) | undefined = Object.hasOwn(at.groups, name)
      ? at.groups[name]
      : undefined;
    if (next === undefined)
      throw new FplaneError(
        "bad-parameter",
        `there is no command ${path} ${name}; there are ${commands}${didYouMean(name, Object.keys(at.groups))}`,
      );
    at = await next();
    path = `${path} ${name}`;
    rest = others;
  }
  if (rest.some((arg) => arg === "--help" || arg === "-h")) {
    await terminal.out(`${await usage(at, path)}\n`);
    return 0;
  }
  const args = (at.args ?? {}) as ArgsDef;
  checkArguments(rest, args, path, "examples" in at ? at.examples[0] : undefined);
  called.isClient = "server" in args && !at.oneLine;
  const { result } = await runCommand(at, { rawArgs: [...rest], data: terminal });
  return typeof result === "number" ? result : 0;
}

/** The help of a command, as `--help` prints it and docs/cli.md holds it. */
export async function usage(command: Group | Leaf, path: string): Promise<string> {
  const text = await renderUsage({ ...command, meta: { ...(command.meta as object), name: path } });
  const examples =
    "examples" in command
      ? command.examples.map((line) => (/^\w+=/.test(line) ? `  ${line}` : `  fplane ${line}`))
      : [];
  const whole = examples.length === 0 ? text : `${text.trimEnd()}\n\nEXAMPLES\n\n${examples.join("\n")}`;
  return Bun.stripANSI(whole).replace(/ +$/gm, "").trimEnd();
}
