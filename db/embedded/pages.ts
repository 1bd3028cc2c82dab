/** Bytes of a page of PostgreSQL. */
const PAGE = 8192;
const CHECKSUM_AT = 8;
const SUMS = 32;
const PRIME = 16_777_619;

/** The start values of the sums, from PostgreSQL's src/include/storage/checksum_impl.h. */
const START = [
  0x5b1f36e9, 0xb8525960, 0x02ab50aa, 0x1de66d2a, 0x79ff467a, 0x9bb9f8a3, 0x217e7cd2, 0x83e13d2c, 0xf8d4474f,
  0xe39eb970, 0x42c6ae16, 0x993216fa, 0x7b093b5d, 0x98daff3c, 0xf718902a, 0x0b1c9cdb, 0xe58f764b, 0x187636bc,
  0x5d7b3bb1, 0xe73de7de, 0x92bec979, 0xcca6c0b2, 0x304a0979, 0x85aa43d4, 0x783125bb, 0x6ca8eaa2, 0xe407eac6,
  0x4b5cfc3e, 0x9fbf8c76, 0x15ca20be, 0xf2ca9fd3, 0x959bd756,
] as const;

/**
 * The number of the first page whose checksum is wrong, or null. A page that was never written, all zeros, has none.
 *
 * @param bytes a file of a relation, a whole number of pages unless it is torn
 * @param first number of the file's first page within the relation
 */
export function faultyPage(bytes: Buffer, first: number): number | null {
  for (let at = 0; at < bytes.length; at += PAGE) {
    const page = bytes.subarray(at, at + PAGE);
    const number = first + at / PAGE;
    if (page.length < PAGE) return page.every((byte) => byte === 0) ? null : number;
    const isNew = page.readUInt16LE(14) === 0 && page.every((byte) => byte === 0);
    if (!isNew && page.readUInt16LE(CHECKSUM_AT) !== checksum(page, number)) return number;
  }
  return null;
}

/** As pg_checksum_page: FNV-1a in 32 lanes over the page without its checksum, folded with the page's number. */
function checksum(page: Buffer, number: number): number {
  const copy = new Uint8Array(page);
  copy[CHECKSUM_AT] = 0;
  copy[CHECKSUM_AT + 1] = 0;
  const words = new Uint32Array(copy.buffer);
  const sums = Uint32Array.from(START);
  const step = (sum: number, word: number) => {
    const mixed = sum ^ word;
    return Math.imul(mixed, PRIME) ^ (mixed >>> 17);
  };
  for (let i = 0; i < words.length; i += 1) sums[i % SUMS] = step(sums[i % SUMS] ?? 0, words[i] ?? 0);
  for (let round = 0; round < 2; round += 1) for (let i = 0; i < SUMS; i += 1) sums[i] = step(sums[i] ?? 0, 0);
  const folded = sums.reduce((all, sum) => (all ^ sum) >>> 0, 0);
  return (((folded ^ number) >>> 0) % 65_535) + 1;
}
