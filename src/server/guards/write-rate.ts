/** Bounds how fast each user writes: a bucket of tokens each, filled at the rate, a second's worth of them at most. */
export type WriteRate = {
  /** Takes a token. @returns seconds until there will be one; 0 when it was taken */
  readonly take: (username: string) => number;
};

/**
 * @param perSecond 0 for any number
 * @param now milliseconds of a clock that nobody sets
 */
export function limitWriteRate(perSecond: number, now: () => number): WriteRate {
  const buckets = new Map<string, { readonly tokens: number; readonly at: number }>();
  return {
    take: (username) => {
      if (perSecond === 0) return 0;
      const at = now();
      const bucket = buckets.get(username) ?? { tokens: perSecond, at };
      const tokens = Math.min(perSecond, bucket.tokens + ((at - bucket.at) / 1000) * perSecond);
      if (tokens < 1) return Math.ceil((1 - tokens) / perSecond);
      buckets.set(username, { tokens: tokens - 1, at });
      return 0;
    },
  };
}
