/** A FITS file's bytes with these cards, values as they are written in a header, and some data behind. */
export function fitsFile(
  cards: Readonly<Record<string, string>>,
  { end = true, data = 5760 } = {},
): Uint8Array<ArrayBuffer> {
  const first = "SIMPLE  =                    T / made up";
  const rest = Object.entries(cards).map(([keyword, value]) => `${keyword.padEnd(8)}= ${value}`);
  const text = [first, ...rest, ...(end ? ["END"] : [])].map((card) => card.padEnd(80)).join("");
  const header = Buffer.from(text.padEnd(Math.ceil(text.length / 2880) * 2880), "latin1");
  return Buffer.concat([header, Buffer.alloc(data, 0xff)]);
}
