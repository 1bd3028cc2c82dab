import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type DestinationStream, destination, type Logger as PinoLogger, pino } from "pino";
import { withoutKeys } from "../../service/users/keys.ts";
import type { Settings } from "../settings/settings.ts";
import { inBatches } from "./log-batches.ts";
import { openLogFile } from "./log-file.ts";

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

/** Structured logs, a JSON object a line: to the terminal (stderr) and to `LOG_DIR/fplane.log`, which is bounded. */
export function openLog(settings: Pick<Settings, "LOG_DIR" | "LOG_LOWER_LEVEL" | "LOG_MAX_BYTES" | "LOG_KEEP">): {
  readonly log: Logger;
  /** Opens the file by its name again, after logrotate has renamed it. */
  readonly reopen: () => void;
} {
  mkdirSync(settings.LOG_DIR, { recursive: true, mode: 0o700 });
  const terminal = openTerminal();
  const file = openLogFile(join(settings.LOG_DIR, "fplane.log"), {
    maxBytes: settings.LOG_MAX_BYTES,
    keep: settings.LOG_KEEP,
    notice: (msg) => terminal.write(Buffer.from(`${JSON.stringify({ level: "error", time: new Date(), msg })}\n`)),
  });
  const batches = inBatches((lines) => {
    terminal.write(lines);
    file.write(lines);
  });
  process.on("exit", batches.flush);
  const reopen = () => {
    batches.flush();
    file.reopen();
  };
  return { log: logOnto(batches, settings.LOG_LOWER_LEVEL), reopen };
}

/** Standard error, for lines that are bytes already: of those pino's types know nothing. A reader that has gone is no error. */
function openTerminal(): { readonly write: (lines: Buffer) => void } {
  const stderr = destination({ dest: 2, sync: true, contentMode: "buffer" });
  return stderr as unknown as { write: (lines: Buffer) => void };
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
