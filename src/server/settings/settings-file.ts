import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { parse, TomlError } from "smol-toml";
import { didYouMean } from "../../domain/nearest.ts";
import { messageOf } from "../../domain/thrown.ts";
import { PATHS, SETTINGS, type Settings } from "./settings.ts";

/** A setting that was not understood: the message names it and where it stands, and shows no secret. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Names beginning with FPLANE_ or FPS_ that belong to the command line, not to the settings. */
const CLIENT_NAMES = new Set([
  "FPLANE_SERVER",
  "FPLANE_APIKEY",
  "FPLANE_APIKEY_FILE",
  "FPLANE_CACHE",
  "FPLANE_QUEUE_DIR",
  "FPLANE_DEBUG",
  "FPS_SETTINGS",
]);

const NAMES = Object.keys(SETTINGS.shape);

/**
 * Reads the settings: the TOML file (when there is one) under the environment's variables of the same names.
 *
 * @param file path of the TOML file; null for none
 * @throws SettingsError naming the setting, and the line or the variable, of everything that was not understood
 */
export function loadSettings(file: string | null, environment: Environment): Settings {
  const written = file === null ? { values: {}, lineOf: () => null } : readTable(file);
  const fromEnvironment = NAMES.flatMap((name) => {
    const value = environment[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  const overridden = new Set<string>(fromEnvironment.map(([name]) => name));
  const result = SETTINGS.safeParse({ ...written.values, ...Object.fromEntries(fromEnvironment) });
  const problems = unknownVariables(environment);
  if (result.success && problems.length === 0) return withPaths(result.data, file, overridden);
  for (const issue of result.error?.issues ?? []) {
    const unknown = issue.code === "unrecognized_keys" ? issue.keys : null;
    for (const path of unknown?.map((name) => [...issue.path, name]) ?? [issue.path]) {
      const [name = "", inner] = path.map(String);
      const line = (inner === undefined ? null : written.lineOf(inner)) ?? written.lineOf(name);
      const place = overridden.has(name) ? "environment variable " : `${file}${line === null ? "" : `:${line}`}: `;
      const message =
        unknown === null
          ? issue.message
          : `there is no such setting${inner === undefined ? didYouMean(name.toUpperCase(), NAMES) : ""}`;
      problems.push(`${place}${path.join(".")}: ${message}`);
    }
  }
  throw new SettingsError(problems.join("\n"));
}

/** Names that begin with FPS_ may be other programs' too: of those only what resembles one of ours. */
function unknownVariables(environment: Environment): string[] {
  const ours = [...NAMES, ...CLIENT_NAMES];
  return Object.keys(environment).flatMap((name) => {
    if (!/^(fplane_|FPLANE_|FPS_)/.test(name) || ours.includes(name)) return [];
    const meant = didYouMean(name.toUpperCase(), ours);
    if (name.startsWith("FPS_") && meant === "") return [];
    return [`environment variable ${name}: there is no such setting${meant}`];
  });
}

function readTable(file: string): { values: Record<string, unknown>; lineOf: (name: string) => number | null } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new SettingsError(`the settings file ${file} cannot be read: ${messageOf(error)}`);
  }
  const lines = text.split("\n");
  const lineOf = (name: string) => {
    const index = lines.findIndex((line) => new RegExp(`^\\s*\\[?["']?${RegExp.escape(name)}\\b`).test(line));
    return index < 0 ? null : index + 1;
  };
  try {
    return { values: parse(text), lineOf };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new SettingsError(`${file}:${error.line}: this is not TOML: ${error.message.split("\n")[0]}`);
  }
}

/** Paths of the file are relative to it, so that the server can be started from anywhere. */
function withPaths(settings: Settings, file: string | null, overridden: ReadonlySet<string>): Settings {
  if (file === null) return settings;
  const base = dirname(file);
  const moved = Object.entries(settings).map(([name, value]) => {
    const isRelative = PATHS.has(name) && typeof value === "string" && !isAbsolute(value);
    return [name, isRelative && !overridden.has(name) ? join(base, value) : value];
  });
  return Object.fromEntries(moved) as Settings;
}
