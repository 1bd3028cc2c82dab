import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type DestinationStream, destination, multistream, type Logger as PinoLogger, pino } from "pino";
import { withoutKeys } from "../service/keys.ts";
import type { Settings } from "./settings.ts";

export type Logger = PinoLogger;

/** Headers and fields that could carry a key: the log never shows them. */
const SECRETS = [
  "authorization",
  "key",
  "password",
  "*.authorization",
  "*.key",
  "*.password",
  "req.headers.authorization",
];

/** Structured logs, a JSON object a line: to the terminal (stderr) and to `LOG_DIR/fplane.log`. */
export function openLog(settings: Pick<Settings, "LOG_DIR" | "LOG_LOWER_LEVEL">): Logger {
  mkdirSync(settings.LOG_DIR, { recursive: true, mode: 0o700 });
  const level = settings.LOG_LOWER_LEVEL;
  const file = destination({ dest: join(settings.LOG_DIR, "fplane.log"), mode: 0o600, sync: true });
  return logOnto(
    multistream([
      { level, stream: destination({ dest: 2, sync: true }) },
      { level, stream: file },
    ]),
    level,
  );
}

/** Whatever a line holds, a key that a client put where it does not belong is not in it. */
export function logOnto(stream: DestinationStream, level: Settings["LOG_LOWER_LEVEL"]): Logger {
  return pino(
    {
      level,
      base: null,
      redact: SECRETS,
      hooks: { streamWrite: withoutKeys },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  );
}
