import type { TimelineAnswer } from "./api.ts";

/** What one row of the picture and of the table shows; positions in arcsec. */
export type Row = TimelineAnswer["entries"][number]["changed"][number];

/** A stretch in which the focal plane stays the same. Times in milliseconds since 1970. */
export type Stretch = {
  readonly index: number;
  readonly from: number;
  readonly until: number | null;
  /** Names an instant in it. */
  readonly datestr: string;
  readonly rows: readonly Row[];
  /** The seats of which something is other than in the stretch before. */
  readonly changed: ReadonlySet<string>;
  /** How many VIRUS seats feed a spectrograph. */
  readonly active: number;
};

/** All that the focal plane has been, as one revision knows it. */
export type Chronology = {
  readonly revision: number;
  readonly timeZone: string;
  readonly stretches: readonly Stretch[];
};

/** @param isVirus which seats count as active ones */
export function chronologyOf(answer: TimelineAnswer, isVirus: (ifuslot: string) => boolean): Chronology {
  let rows: readonly Row[] = [];
  const stretches = answer.entries.map(({ from, until, datestr, changed }, index): Stretch => {
    const news = new Map(changed.map((row) => [row.ifuslot, row]));
    rows = index === 0 ? changed : rows.map((row) => news.get(row.ifuslot) ?? row);
    return {
      index,
      from: Date.parse(from),
      until: until === null ? null : Date.parse(until),
      datestr,
      rows,
      changed: index === 0 ? new Set() : new Set(news.keys()),
      active: rows.filter((row) => row.specid !== null && isVirus(row.ifuslot)).length,
    };
  });
  return { revision: answer.revision, timeZone: answer.timeZone, stretches };
}

/** The last stretch that begins at or before a time; null before the first. It may end before the time, in a gap. */
export function lastBegun({ stretches }: Chronology, time: number): Stretch | null {
  return stretches.findLast((stretch) => stretch.from <= time) ?? null;
}

/** The stretch that a time lies in; null before the first and in a gap. */
export function stretchAt(chronology: Chronology, time: number): Stretch | null {
  const begun = lastBegun(chronology, time);
  return begun !== null && (begun.until === null || time < begun.until) ? begun : null;
}

/** The night, `YYYYMMDD`, in which a time lies at the telescope: nights go from noon to noon. */
export function nightAt(time: number, timeZone: string): string {
  return dateIn(timeZone)
    .format(time - 12 * 3_600_000)
    .replaceAll("-", "");
}

/** Kept: to make one takes a browser milliseconds, and the years are dragged along faster than that. */
const DATES = new Map<string, Intl.DateTimeFormat>();

function dateIn(timeZone: string): Intl.DateTimeFormat {
  const kept = DATES.get(timeZone);
  if (kept !== undefined) return kept;
  const date = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  DATES.set(timeZone, date);
  return date;
}
