import { FplaneError } from "../../src/domain/errors.ts";
import { type Frame, readFrameList, readFrames, takenAt } from "../../src/domain/files/frames.ts";
import { readText, type Terminal } from "../command-line/terminal.ts";
import { readFitsHeader } from "./fits-header.ts";

/**
 * What the frames' headers say: of FITS files themselves, or of lists of them (see `readFrameList`); `-` is a list on
 * standard input.
 *
 * @throws FplaneError `bad-parameter` with the file and what is wrong in it
 */
export async function readFrameFiles(paths: readonly string[], terminal: Terminal): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (const path of paths) {
    const header = path === "-" ? null : await readFitsHeader(path);
    frames.push(...(header === null ? listed(await readText(path, terminal), path) : framed(header, path)));
  }
  return frames;
}

function listed(text: string, path: string): Frame[] {
  const name = path === "-" ? "standard input" : path;
  if (text.includes("\0"))
    throw new FplaneError("bad-parameter", `${name} is neither a FITS file nor a list; unpack it first`);
  return inFile(name, () => readFrameList(text));
}

type Header = ReadonlyMap<string, string>;

function framed(header: Header, file: string): Frame[] {
  const [ifuslot, specid, ifuid] = ["IFUSLOT", "SPECID", "IFUID"].map((keyword) => header.get(keyword));
  const specslot = header.get("SSA") ?? header.get("SPECSLOT");
  return inFile(file, () =>
    readFrames([{ line: 1, raw: { file, ifuslot, specid, specslot, ifuid, datestr: dateOf(header, file) } }]),
  );
}

/** Undefined: the file's name tells, which says more than a date alone. */
function dateOf(header: Header, file: string): string | undefined {
  const date = takenAt(header.get("DATE-OBS"), header.get("UT"));
  return date?.includes("T") || !/\d{8}T\d{6}/.test(file) ? date : undefined;
}

function inFile(name: string, read: () => Frame[]): Frame[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof FplaneError) throw new FplaneError(error.code, `${name}: ${error.message}`, error.details);
    throw error;
  }
}
