/**
 * What the programs of the survey do with a focal-plane file, boiled down to the rules by which they read it: here to
 * prove that the files suit them, and that what is known to break them still breaks these stand-ins.
 */

export type KeyedIfus = {
  /** How many rows were read; more than the keys means that rows were lost silently. */
  readonly rows: number;
  readonly bySeat: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
  readonly byIfuid: ReadonlySet<string>;
  readonly bySpecid: ReadonlySet<number>;
};

/**
 * pyhetdex `FPlane`: a line is skipped if its very first character is `#`, anything else must be eight fields. An
 * IFUID `000` becomes N01, N02...; only SPECID `00` is replaced so, hence all `000` share the key 0.
 */
export function readLikePyhetdex(text: string): KeyedIfus {
  const bySeat = new Map<string, { x: number; y: number }>();
  const byIfuid = new Set<string>();
  const bySpecid = new Set<number>();
  let missing = 0;
  let rows = 0;
  for (const line of text.replace(/\n$/, "").split(/\r?\n/)) {
    if (line.startsWith("#")) continue;
    const fields = line.trim().split(/\s+/);
    if (fields.length !== 8) throw new Error(`ValueError: ${fields.length} values to unpack, expected 8`);
    const [seat = "", x = "", y = "", specid = "", specslot = "", ifuid = "", ifurot = "", platesc = ""] = fields;
    if (specid === "00" || ifuid === "000") missing += 1;
    pythonInt(specslot);
    [ifurot, platesc].forEach(pythonFloat);
    pythonInt(seat.slice(0, 2));
    pythonInt(seat.slice(2, 3));
    bySeat.set(seat, { x: pythonFloat(x), y: pythonFloat(y) });
    byIfuid.add(ifuid === "000" ? `N${missing}` : ifuid);
    bySpecid.add(specid === "00" ? -missing : pythonInt(specid));
    rows += 1;
  }
  return { rows, bySeat, byIfuid, bySpecid };
}

/** The Fortran programs: six lines are skipped unseen, then rows are read to the end into arrays of 100. */
export function readLikeFortran(text: string): readonly (readonly [seat: string, x: number, y: number])[] {
  const rows = text
    .split("\n")
    .slice(6)
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [seat = "", x = "", y = "", ...rest] = line.trim().split(/[ \t,]+/);
      if (rest.length < 5) throw new Error("end of record: the row runs on into the next line");
      rest.forEach(pythonFloat);
      return [seat, pythonFloat(x), pythonFloat(y)] as const;
    });
  if (rows.length > 100) throw new Error("array bound exceeded: more than 100 rows");
  return rows;
}

/** numpy `loadtxt`: everything from a `#` on is a comment, every other line has the same number of numbers. */
export function readLikeLoadtxt(text: string): readonly (readonly number[])[] {
  const rows = text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "")
    .map((line) => line.split(/\s+/).map(pythonFloat));
  if (new Set(rows.map((row) => row.length)).size > 1) throw new Error("the number of columns changed");
  return rows;
}

/** awk '!/^#/ { print $1, $2, $3 }': a column is whatever stands there. */
export function readLikeAwk(text: string): readonly (readonly string[])[] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) =>
    line
      .trim()
      .split(/[ \t]+/)
      .slice(0, 3),
  );
}

/** numpy `names=True` and astropy `commented_header`: the first comment is taken for the names of the columns. */
export function columnsLikeCommentedHeader(text: string): readonly string[] {
  const first = text.split("\n").find((line) => line.startsWith("#")) ?? "";
  return first.slice(1).trim().split(/\s+/);
}

function pythonFloat(text: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw new Error(`could not convert to float: '${text}'`);
  return Number(text);
}

function pythonInt(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new Error(`invalid literal for int(): '${text}'`);
  return Number(text);
}
