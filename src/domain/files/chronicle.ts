import { FplaneError } from "../errors.ts";
import type { Placement } from "../plane/placement.ts";
import { isVirusSeat, VIRUS_SEATS } from "../plane/seat.ts";
import { nightAfter } from "../time/night.ts";

/** One unit in one VIRUS seat from its first to its last night, both inclusive, as a line of a chronicle tells it. */
export type ChronicleRow = {
  /** The line of the table, counted from 1. */
  readonly line: number;
  readonly ifuslot: string;
  readonly specid: string;
  readonly ifuid: string;
  /** Null where the table says `000`: not known. */
  readonly specslot: string | null;
  /** Local night, `YYYYMMDD` of the evening on which it begins. */
  readonly firstNight: string;
  /** Null where the unit is still there at the end of the table. */
  readonly lastNight: string | null;
};

/** The whole VIRUS focal plane from one night on, until the next configuration. */
export type NightlyConfiguration = {
  /** Local night, `YYYYMMDD` of the evening on which it begins. */
  readonly night: string;
  /** All 82 VIRUS seats, ascending; a seat without a unit has null ids. */
  readonly placements: readonly Placement[];
};

const COLUMNS = ["IFUSLOT", "SPECID", "IFUID", "SPECSLOT", "FIRST_NIGHT", "LAST_NIGHT"];

/** What may be in one place only on one night. */
const UNIQUE = [
  { key: "ifuslot", name: "seat" },
  { key: "specid", name: "SPECID" },
  { key: "ifuid", name: "IFUID" },
] as const;

/**
 * Reads a chronicle: lines with `#` are comments, then the line of column names, then one tab-separated row per unit in
 * a seat (`LAST_NIGHT` is `-` or empty while the unit stays). The shipped one is `db/history/hetdex-2017-2024.tsv`.
 *
 * @throws FplaneError `bad-fplane`, naming the line, when a row is not understood, and naming both lines when a seat, a
 *   SPECID or an IFUID would be in two rows on one night.
 */
export function readChronicle(text: string): ChronicleRow[] {
  const lines = text
    .split("\n")
    .map((content, index) => ({ content, line: index + 1 }))
    .filter(({ content }) => content !== "" && !content.startsWith("#"));
  const [header, ...body] = lines;
  if (header === undefined || header.content !== COLUMNS.join("\t")) {
    throw unreadable(
      header?.line ?? 1,
      `the tab-separated column names ${COLUMNS.join(" ")} must come before the rows`,
    );
  }
  const rows = body.map(({ content, line }) => readRow(content, line));
  refuseOverlaps(rows);
  return rows;
}

/**
 * The focal planes that a chronicle tells of, ascending: one for each night on which a unit came or went. Before the
 * first nothing is known. A seat whose unit left keeps neither IFU nor bay. CONTID is null: no chronicle carries it.
 */
export function configurationsOf(rows: readonly ChronicleRow[]): NightlyConfiguration[] {
  const nights = new Set<string>();
  for (const row of rows) {
    nights.add(row.firstNight);
    if (row.lastNight !== null) nights.add(compactNightAfter(row.lastNight));
  }
  const configurations: NightlyConfiguration[] = [];
  let before = "";
  for (const night of [...nights].sort()) {
    const present = new Map(rows.filter((row) => isPresent(row, night)).map((row) => [row.ifuslot, row]));
    const placements = VIRUS_SEATS.map((ifuslot) => placementOf(ifuslot, present.get(ifuslot)));
    const now = JSON.stringify(placements);
    // Two rows may tell of one uninterrupted stay; where they meet nothing changes.
    if (now !== before) configurations.push({ night, placements });
    before = now;
  }
  return configurations;
}

function placementOf(ifuslot: string, row: ChronicleRow | undefined): Placement {
  return {
    ifuslot,
    ifuid: row?.ifuid ?? null,
    specid: row?.specid ?? null,
    specslot: row?.specslot ?? null,
    contid: null,
  };
}

function readRow(content: string, line: number): ChronicleRow {
  const fields = content.split("\t");
  const [ifuslot, specid, ifuid, specslot, firstNight, lastNight] = fields;
  if (
    fields.length !== COLUMNS.length ||
    ifuslot === undefined ||
    specid === undefined ||
    ifuid === undefined ||
    specslot === undefined ||
    firstNight === undefined ||
    lastNight === undefined
  ) {
    throw unreadable(line, `${COLUMNS.length} fields separated by tabs are wanted, this row has ${fields.length}`);
  }
  if (!isVirusSeat(ifuslot))
    throw unreadable(line, `IFUSLOT "${ifuslot}" is not one of the 82 VIRUS seats, 013 to 106`);
  requireId(line, "SPECID", specid);
  requireId(line, "IFUID", ifuid);
  if (!/^(000|[12][1-5][1-8])$/.test(specslot)) {
    throw unreadable(line, `SPECSLOT "${specslot}" is no bay, 111 to 258, and not 000 for one that is not known`);
  }
  requireNight(line, "FIRST_NIGHT", firstNight);
  const stays = lastNight === "" || lastNight === "-";
  if (!stays) {
    requireNight(line, "LAST_NIGHT", lastNight);
    if (lastNight < firstNight) throw unreadable(line, `LAST_NIGHT ${lastNight} is before FIRST_NIGHT ${firstNight}`);
  }
  return {
    line,
    ifuslot,
    specid,
    ifuid,
    specslot: specslot === "000" ? null : specslot,
    firstNight,
    lastNight: stays ? null : lastNight,
  };
}

function requireId(line: number, column: string, id: string): void {
  if (!/^\d{3}$/.test(id)) throw unreadable(line, `${column} "${id}" is not three digits`);
  if (id === "000") throw unreadable(line, `${column} is 000: a seat without a unit has no row`);
}

function requireNight(line: number, column: string, night: string): void {
  if (!/^\d{8}$/.test(night)) throw unreadable(line, `${column} "${night}" is not a night YYYYMMDD`);
  try {
    Temporal.PlainDate.from(night);
  } catch {
    throw unreadable(line, `${column} ${night} does not exist in the calendar`);
  }
}

function refuseOverlaps(rows: readonly ChronicleRow[]): void {
  for (const [index, later] of rows.entries()) {
    for (const earlier of rows.slice(0, index)) {
      if (!shareNight(earlier, later)) continue;
      const twice = UNIQUE.find(({ key }) => earlier[key] === later[key]);
      if (twice === undefined) continue;
      const night = [earlier.firstNight, later.firstNight].sort().at(-1);
      throw new FplaneError(
        "bad-fplane",
        `lines ${earlier.line} and ${later.line} of the chronicle: ${twice.name} ${later[twice.key]} is in both on night ${night}; end one row before the other begins`,
        { lines: [earlier.line, later.line] },
      );
    }
  }
}

function shareNight(a: ChronicleRow, b: ChronicleRow): boolean {
  return (a.lastNight === null || b.firstNight <= a.lastNight) && (b.lastNight === null || a.firstNight <= b.lastNight);
}

function isPresent(row: ChronicleRow, night: string): boolean {
  return row.firstNight <= night && (row.lastNight === null || night <= row.lastNight);
}

/** Nights of a chronicle are written without hyphens. */
function compactNightAfter(night: string): string {
  return nightAfter(night).replaceAll("-", "");
}

function unreadable(line: number, what: string): FplaneError {
  return new FplaneError("bad-fplane", `line ${line} of the chronicle: ${what}`, { lines: [line] });
}
