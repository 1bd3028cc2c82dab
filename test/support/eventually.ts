/** Waits until it is so; fails with what was seen last. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  isRight: (seen: T) => boolean,
  milliseconds = 40_000,
): Promise<T> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const seen = await look();
    if (isRight(seen)) return seen;
    if (performance.now() > end) throw new Error(`after ${milliseconds} ms it is still ${JSON.stringify(seen)}`);
    await Bun.sleep(20);
  }
}
