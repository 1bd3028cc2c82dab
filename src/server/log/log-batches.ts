import type { DestinationStream } from "pino";

const EVERY_MS = 50;
const AT_MOST = 64 * 1024; // characters

/** Lines that must be on the disk before anything else happens: what a process says before it dies. */
const URGENT: ReadonlySet<string> = new Set(["w", "e", "f"]); // warn, error, fatal
const LEVEL_AT = '{"level":"'.length;

/**
 * Hands lines on many at a time, at the latest after 50 ms: a write for each of a hundred thousand requests a second would
 * take longer than to answer them. A warning or an error goes at once, after all that came before it.
 */
export function inBatches(write: (lines: string) => void): DestinationStream & { readonly flush: () => void } {
  let lines = "";
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const waiting = lines;
    lines = "";
    if (waiting !== "") write(waiting);
  };
  return {
    write: (line) => {
      lines += line;
      if (lines.length >= AT_MOST || URGENT.has(line.charAt(LEVEL_AT))) flush();
      else timer ??= setTimeout(flush, EVERY_MS).unref();
    },
    flush,
  };
}
