import { FplaneError } from "../../src/domain/errors.ts";
import { messageOf } from "../../src/domain/thrown.ts";

const BLOCK = 2880;
const CARD = 80;
/** Frames have a few hundred cards; what has so many blocks without END is no header. */
const MOST_BLOCKS = 200;

/**
 * The cards of a FITS file's primary header, keyword to value as text: strings without quotes and trailing blanks, numbers
 * as they are written (FITS standard 4.0, sections 3 and 4). No more of the file is read, however large its data are.
 *
 * Our own reader, since none on npm serves: jsfitsio (GPL) decodes the pixels, takes one block of header only and cuts
 * 'S/N 0059' at its slash; fits-reader calls itself work in progress; fitsjs runs in browsers only.
 *
 * @returns null when it is no FITS file
 * @throws FplaneError `bad-parameter` when it cannot be read, or its header does not end
 */
export async function readFitsHeader(path: string): Promise<ReadonlyMap<string, string> | null> {
  const header = new Map<string, string>();
  for (let block = 0; block < MOST_BLOCKS; block += 1) {
    const text = await readBlock(path, block);
    if (block === 0 && !text.startsWith("SIMPLE  =")) return null;
    for (let at = 0; at + CARD <= text.length; at += CARD) {
      const card = text.slice(at, at + CARD);
      const keyword = card.slice(0, 8).trimEnd();
      if (keyword === "END") return header;
      // The first card of a keyword counts, as astropy and cfitsio have it.
      if (card.slice(8, 10) === "= " && !header.has(keyword)) header.set(keyword, cardValue(card.slice(10)));
    }
    if (text.length < BLOCK) break;
  }
  throw new FplaneError("bad-parameter", `${path} begins as a FITS file, but its header has no END`);
}

async function readBlock(path: string, block: number): Promise<string> {
  try {
    const bytes = await Bun.file(path)
      .slice(block * BLOCK, (block + 1) * BLOCK)
      .bytes();
    return Buffer.from(bytes).toString("latin1");
  } catch (error) {
    throw new FplaneError("bad-parameter", `${path} cannot be read: ${messageOf(error)}`);
  }
}

function cardValue(field: string): string {
  const text = /^ *'((?:[^']|'')*)'/.exec(field)?.[1];
  if (text !== undefined) return text.replaceAll("''", "'").trimEnd();
  return (field.split("/")[0] ?? "").trim();
}
