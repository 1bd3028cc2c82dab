import type { Terminal } from "../command-line/terminal.ts";

/** How far long work has come, told on a terminal only. */
export type Progress = {
  readonly at: (done: number) => void;
  /** Takes the bar away; also after an error. */
  readonly end: () => void;
};

/** Milliseconds between two pictures: what changes faster cannot be read. */
const EVERY = 100;

/**
 * A bar on the last line of standard error.
 *
 * @param what of which there are so many: `nights`
 * @param all how many there will be; null where that is not known: then they are only counted
 * @param now milliseconds of a clock that does not jump
 */
export function progressOf(
  { live }: Pick<Terminal, "live">,
  what: string,
  all: number | null,
  now: () => number = () => performance.now(),
): Progress {
  if (live === null) return { at: () => {}, end: () => {} };
  const started = now();
  let shown = Number.NEGATIVE_INFINITY;
  return {
    at: (done) => {
      const time = now();
      if (time - shown < EVERY) return;
      shown = time;
      live.show(progressLine({ what, done, all, seconds: (time - started) / 1000, columns: live.columns }));
    },
    end: () => live.show(""),
  };
}

type Standing = {
  readonly what: string;
  readonly done: number;
  readonly all: number | null;
  /** Since it began. */
  readonly seconds: number;
  /** Width of the terminal. */
  readonly columns: number;
};

/** `nights  #####.....  50 %  182 of 365, 12 s left`, never as wide as the terminal: some wrap a full line. */
export function progressLine({ what, done, all, seconds, columns }: Standing): string {
  if (all === null || all <= 0) return `${what}  ${done}`.slice(0, columns - 1);
  const share = Math.min(1, done / all);
  const left = share > 0 && share < 1 ? `, ${durationText((seconds / share) * (1 - share))} left` : "";
  const percent = `${Math.floor(100 * share)} %`.padStart(5);
  const text = `${percent}  ${done} of ${all}${left}`;
  const room = Math.min(40, columns - what.length - text.length - 5);
  if (room < 5) return `${what} ${text.trim()}`.slice(0, columns - 1);
  const full = Math.floor(share * room);
  return `${what}  ${"#".repeat(full)}${".".repeat(room - full)} ${text}`;
}

function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** Passes things on and tells how far they have come. The bar is taken away at the end, however it comes. */
export async function* watched<T>(
  things: AsyncIterable<T>,
  progress: Progress,
  sizeOf: (thing: T) => number = () => 1,
): AsyncGenerator<T> {
  let done = 0;
  try {
    for await (const thing of things) {
      yield thing;
      done += sizeOf(thing);
      progress.at(done);
    }
  } finally {
    progress.end();
  }
}
