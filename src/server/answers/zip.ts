import { crc32, deflateRawSync } from "node:zlib";

export type ZippedFile = { readonly name: string; readonly text: string };

/** 1980-01-01, the first date of the format: the same files give the same bytes. */
const DOS_DATE = 0x21;
const VERSION = 20;
const UTF8_NAMES = 0x800;
const DEFLATED = 8;
/** Beyond this the format would need its 64-bit form. */
const MOST_FILES = 65_534;

/**
 * A zip archive of files, piece by piece; what it keeps of each until the end is its name. The same text again is
 * compressed only once where it follows itself, as the files of nights do.
 */
export async function* zipped(files: AsyncIterable<ZippedFile>): AsyncGenerator<Uint8Array, void> {
  const directory: Uint8Array[] = [];
  let offset = 0;
  let last: { readonly text: string; readonly content: Content } | null = null;
  for await (const { name, text } of files) {
    if (directory.length === MOST_FILES) throw new RangeError(`a zip archive holds at most ${MOST_FILES} files`);
    const content: Content = last?.text === text ? last.content : compressed(text);
    last = { text, content };
    const nameBytes = Buffer.from(name, "utf8");
    const fields = fieldsOf(content, nameBytes.length);
    const header = Buffer.concat([uint32(0x04034b50), fields, nameBytes]);
    directory.push(
      Buffer.concat([uint32(0x02014b50), uint16(VERSION), fields, Buffer.alloc(10), uint32(offset), nameBytes]),
    );
    yield header;
    yield content.bytes;
    offset += header.length + content.bytes.length;
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0);
  yield* directory;
  yield Buffer.concat([
    uint32(0x06054b50),
    Buffer.alloc(4),
    uint16(directory.length),
    uint16(directory.length),
    uint32(size),
    uint32(offset),
    uint16(0),
  ]);
}

type Content = { readonly bytes: Uint8Array; readonly crc: number; readonly size: number };

function compressed(text: string): Content {
  const plain = Buffer.from(text, "utf8");
  return { bytes: deflateRawSync(plain), crc: crc32(plain), size: plain.length };
}

/** What the header of a file and its entry in the directory at the end have in common. */
function fieldsOf({ bytes, crc, size }: Content, nameLength: number): Uint8Array {
  return Buffer.concat([
    uint16(VERSION),
    uint16(UTF8_NAMES),
    uint16(DEFLATED),
    uint16(0),
    uint16(DOS_DATE),
    uint32(crc),
    uint32(bytes.length),
    uint32(size),
    uint16(nameLength),
    uint16(0),
  ]);
}

function uint16(value: number): Uint8Array {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
