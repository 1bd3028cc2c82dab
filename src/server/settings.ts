import { z } from "zod";
import { readFlag } from "../domain/flag.ts";
import { schemaName } from "../domain/project.ts";

/**
 * Every setting: from the TOML file named by `FPS_SETTINGS` or `--config`, each also as an environment variable of the
 * same name, which wins. The old server's names keep their meaning. Paths in the file are relative to it.
 */

const FLAG = { error: "it takes 0, 1, true, false, yes or no" };

const flag = z.union([z.string(), z.number(), z.boolean()], FLAG).transform((value, context) => {
  try {
    return readFlag("it", value, false);
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
});

const text = z.string({ error: "it takes a text, in quotes" }).min(1, "it is empty");

/** `host:port`, an IPv6 host in brackets. Port 0 takes any free one. */
const address = text.transform((value, context) => {
  const match = /^(?:https?:\/\/)?(\[[0-9a-fA-F:.]+\]|[^:/\s]+):(\d{1,5})\/?$/.exec(value);
  const port = Number(match?.[2]);
  if (match?.[1] !== undefined && port <= 65_535) return { host: match[1].replaceAll(/[[\]]/g, ""), port };
  context.addIssue({ code: "custom", message: "it takes host:port, for example localhost:5000" });
  return z.NEVER;
});

/** The levels of the old server's logging, by name (`logging.DEBUG`) or as Python's numbers, and ours. */
const LEVELS = {
  trace: "trace",
  notset: "trace",
  debug: "debug",
  info: "info",
  warning: "warn",
  warn: "warn",
  error: "error",
  critical: "fatal",
  fatal: "fatal",
  10: "debug",
  20: "info",
  30: "warn",
  40: "error",
  50: "fatal",
} as const;

const level = z
  .union([text, z.number()], { error: "it takes a level, for example info" })
  .transform((value, context) => {
    const name = String(value)
      .replace(/^logging\./i, "")
      .toLowerCase();
    if (Object.hasOwn(LEVELS, name)) return LEVELS[name as keyof typeof LEVELS];
    context.addIssue({ code: "custom", message: "it takes one of trace, debug, info, warning, error, critical" });
    return z.NEVER;
  });

const timeZone = text.refine((name) => {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name) !== undefined;
  } catch {
    return false;
  }
}, "it takes an IANA time zone, for example America/Chicago");

const digits = z.string().regex(/^\d+(\.\d+)?$/);
const number = z.union([z.number(), digits.transform(Number)], { error: "it takes a number" });
const share = number.refine((value) => value >= 0 && value <= 1, "it takes a number from 0 to 1");
const count = number.refine((value) => Number.isInteger(value) && value >= 0, "it takes a whole number");

const listed = text.transform((value) => value.split(",").map((name) => name.trim()));
const names = z.union([listed, z.array(text)], { error: "it takes a name or a list of names" });

/** A table in the file; as an environment variable, a JSON object. */
const statusAliases = z.preprocess(
  (value) => (typeof value === "string" ? parsedJson(value) : value),
  z.strictObject(
    {
      ifuslot: names.optional(),
      specid: names.optional(),
      specslot: names.optional(),
      ifuid: names.optional(),
      contid: names.optional(),
      dataTime: names.optional(),
    },
    { error: ({ code }) => (code === "invalid_type" ? 'it takes a table, as JSON {"specid": ["..."]}' : undefined) },
  ),
);

function parsedJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export const SETTINGS = z
  .strictObject({
    SERVER_URL: address.prefault("localhost:5000").describe("host:port the server is running at"),
    FPLANE_TIMEZONE: timeZone
      .prefault("America/Chicago")
      .describe("the telescope's time zone (IANA); a night lasts from noon to noon in it"),
    FPLANE_PUBLIC_READ: flag.prefault(true).describe("whether reading needs no key"),
    DATABASE_URL: text
      .regex(/^postgres(ql)?:\/\//, "it takes postgres://user@host:port/database")
      .optional()
      .describe("PostgreSQL to use; wins over DB_NAME"),
    DB_NAME: text.optional().describe("PostgreSQL database, on the host that PGHOST and PGPORT name"),
    DB_USERNAME: text.optional().describe("user of the PostgreSQL database"),
    DB_PASSWORD: text.optional().describe("password of that user"),
    DB_PROJECT: text
      .refine((name) => schemaName(name) !== null, "it takes a letter, then letters, digits and _")
      .prefault("HETDEX")
      .describe("the project: a PostgreSQL schema of its own"),
    DATA_DIR: text.prefault("./data").describe("directory of the embedded database, used when no PostgreSQL is named"),
    USER_DATABASE: text
      .optional()
      .describe("an old server's users.db: its users are taken over, with their keys, when the server starts"),
    KEY_FILE: text
      .prefault("./data/sealing.key")
      .describe("file of the 32 bytes (hex) under which users' keys are sealed; made when it is missing, mode 0600"),
    DATABASE_REPLICA_URL: text
      .regex(/^postgres(ql)?:\/\//, "it takes postgres://user@host:port/database")
      .optional()
      .describe("a replica of the PostgreSQL database, for reads"),
    DATABASE_POLL_SECONDS: count
      .prefault(5)
      .describe("how often a server looks for revisions that it was not told of, and whether the database is there"),
    SPOOL_BYTES: count.prefault(268_435_456).describe("about how many bytes the spool may take"),
    CACHE_CONFIGURATIONS: count
      .prefault(2000)
      .describe("how many configurations are kept in memory, so that reads do not ask the database"),
    SPOOL_DIR: text.prefault("./spool").describe("directory for caching of rendered files"),
    LOG_DIR: text.prefault("./logs").describe("directory of fplane.log"),
    LOG_LOWER_LEVEL: level
      .prefault("debug")
      .describe(
        "least level that is logged: trace, debug, info, warning, error, critical; also logging.DEBUG and so on",
      ),
    TLS_CERT_FILE: text.optional().describe("certificate chain (PEM); with TLS_KEY_FILE the server speaks HTTPS"),
    TLS_KEY_FILE: text.optional().describe("private key (PEM) of the certificate"),
    GATE_CHANGED_SHARE: share
      .prefault(0.25)
      .describe(
        "a hardware status that changes SPECID or IFUID of more than this share of the active units waits for a curator",
      ),
    GATE_LOST_UNITS: count
      .prefault(10)
      .describe("a hardware status that loses more units than this waits for a curator"),
    STATUS_ALIASES: statusAliases
      .prefault({})
      .describe('the telescope\'s own names in a hardware status, a table: [STATUS_ALIASES] specid = ["SPECTROGRAPH"]'),
  })
  .superRefine((settings, context) => {
    for (const [name, needed] of NEEDED) {
      if (settings[name] === undefined || needed.some((other) => settings[other] !== undefined)) continue;
      context.addIssue({ code: "custom", path: [name], message: `it needs ${needed.join(" or ")} beside it` });
    }
  });

/** Alone, each of these would be passed over in silence: no HTTPS, or another database than the one that is meant. */
const NEEDED = [
  ["TLS_CERT_FILE", ["TLS_KEY_FILE"]],
  ["TLS_KEY_FILE", ["TLS_CERT_FILE"]],
  ["DB_USERNAME", ["DB_NAME", "DATABASE_URL"]],
  ["DB_PASSWORD", ["DB_NAME", "DATABASE_URL"]],
] as const;

/** The settings that name a file or directory. */
export const PATHS: ReadonlySet<string> = new Set<keyof Settings>([
  "DATA_DIR",
  "USER_DATABASE",
  "KEY_FILE",
  "SPOOL_DIR",
  "LOG_DIR",
  "TLS_CERT_FILE",
  "TLS_KEY_FILE",
]);

export type Settings = z.output<typeof SETTINGS>;
