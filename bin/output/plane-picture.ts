import { isVirusSeat } from "../../src/domain/plane/seat.ts";

/** What the picture shows of a seat; ids are null where the text file has `000`. */
export type PicturedSeat = {
  readonly ifuslot: string;
  readonly specid: string | null;
  readonly ifuid: string | null;
  /** Whether its position was measured. */
  readonly measured: boolean;
  readonly held: boolean;
  /** Whether it differs from what it is compared with. */
  readonly changed: boolean;
};

const PLATE_COLUMNS = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10"];
const PLATE_ROWS = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** The two units that sit among the seats of VIRUS, by what astronomers call them. */
const LRS2: Readonly<Record<string, string>> = { "056": "B", "066": "R" };

/** A cell is five characters wide, with two blanks before it; the rows have their number in front. */
const CELL = 7;
const MARGIN = 1;

const NONE = "---";

const COLOURS = { reset: "\u001B[0m", dim: "\u001B[2m", held: "\u001B[33m", changed: "\u001B[1;36m" };

/**
 * The focal plane in letters, as it lies on the plate: columns 01 to 10 from -X to +X, rows 0 to 9 from +Y to -Y. In each
 * seat the SPECID stands above the IFUID; every mark is a letter, colour only repeats it.
 *
 * @param columns width of the terminal: columns of the plate that do not fit are drawn below; null for all beside each other
 */
export function planePicture(
  seats: readonly PicturedSeat[],
  { columns, coloured }: { readonly columns: number | null; readonly coloured: boolean },
): string {
  const bySeat = new Map(seats.map((seat) => [seat.ifuslot, seat]));
  const perBlock = columns === null ? PLATE_COLUMNS.length : Math.max(1, Math.floor((columns - MARGIN) / CELL));
  const blocks: string[] = [];
  for (let from = 0; from < PLATE_COLUMNS.length; from += perBlock) {
    blocks.push(block(PLATE_COLUMNS.slice(from, from + perBlock), bySeat, coloured));
  }
  const others = seats.filter(({ ifuslot }) => !isVirusSeat(ifuslot) && LRS2[ifuslot] === undefined);
  return `${[...blocks, otherSeats(others, columns)].filter((part) => part !== "").join("\n")}\n${legend(seats)}`;
}

function block(plateColumns: readonly string[], seats: ReadonlyMap<string, PicturedSeat>, coloured: boolean): string {
  const heading = " ".repeat(MARGIN) + plateColumns.map((column) => `   ${column}  `).join("");
  const lines = PLATE_ROWS.flatMap((row) => {
    const cells = plateColumns.map((column) => cellOf(seats.get(column + row), coloured));
    return [row + cells.map(([upper]) => upper).join(""), ` ${cells.map(([, lower]) => lower).join("")}`];
  });
  return [heading, ...lines].map((line) => `${line.trimEnd()}\n`).join("");
}

/** The two lines of a seat, each as wide as a cell; blank where the plate has none. */
function cellOf(seat: PicturedSeat | undefined, coloured: boolean): readonly [upper: string, lower: string] {
  if (seat === undefined) return [" ".repeat(CELL), " ".repeat(CELL)];
  const [upper, lower] = marked(seat);
  const colour = coloured ? colourOf(seat) : "";
  const painted = (text: string) => `  ${colour === "" ? text : `${colour}${text}${COLOURS.reset}`}`;
  return [painted(upper), painted(lower)];
}

function marked({ ifuslot, specid, ifuid, measured, held, changed }: PicturedSeat): readonly [string, string] {
  const arm = LRS2[ifuslot];
  if (arm !== undefined) return ["LRS2-", `${changed ? "*" : " "} ${arm}  `];
  const id = specid ?? NONE;
  const unmeasured = !measured && specid !== null;
  return [held ? `[${id}]` : ` ${id} `, `${changed ? "*" : " "}${ifuid ?? NONE}${unmeasured ? "~" : " "}`];
}

function colourOf({ specid, held, changed }: PicturedSeat): string {
  if (changed) return COLOURS.changed;
  if (held) return COLOURS.held;
  return specid === null ? COLOURS.dim : "";
}

/** The seats that do not lie on the plate's grid, as many on a line as fit: `600 902/902`. */
function otherSeats(seats: readonly PicturedSeat[], columns: number | null): string {
  const words = seats.map(({ ifuslot, specid, ifuid, changed }) =>
    `${changed ? "*" : ""}${ifuslot} ${specid ?? NONE}/${ifuid ?? NONE}`.padEnd(13),
  );
  const perLine = Math.max(1, Math.floor(((columns ?? 73) + 1) / 14));
  const lines: string[] = [];
  for (let i = 0; i < words.length; i += perLine)
    lines.push(
      `${words
        .slice(i, i + perLine)
        .join(" ")
        .trimEnd()}\n`,
    );
  return lines.join("");
}

/** Only the marks that the picture has. */
function legend(seats: readonly PicturedSeat[]): string {
  const virus = seats.filter(({ ifuslot }) => isVirusSeat(ifuslot));
  const has = (mark: (seat: PicturedSeat) => boolean) => virus.some(mark);
  const active = virus.filter(({ specid }) => specid !== null).length;
  return [
    `SPECID above IFUID; column 03, row 5 is seat 035. ${active} active VIRUS units, ${virus.length - active} empty seats`,
    ...(has(({ specid }) => specid === null) ? ["---    empty: no spectrograph, or no IFU"] : []),
    ...(has(({ held }) => held) ? ["[123]  held: nightly updates leave the seat alone"] : []),
    ...(has(({ measured, specid }) => !measured && specid !== null)
      ? ["123~   not measured: the position is the nominal one"]
      : []),
    ...(seats.some(({ changed }) => changed) ? ["*123   changed"] : []),
  ]
    .map((line) => `${line}\n`)
    .join("");
}
