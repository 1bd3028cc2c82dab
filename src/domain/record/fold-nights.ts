import { type Cure, type NightVerdict, NO_CURE } from "../answer/night-answers.ts";
import { nightAfter } from "../time/night.ts";

/** One night and what became of it. Nights are ISO dates `YYYY-MM-DD` of their evenings. */
export type JudgedNight = { readonly night: string; readonly verdict: NightVerdict };

/** Nights in a row with one and the same file. */
export type NightSpan = {
  /** The first night. */
  readonly from: string;
  /** The night after the last one. */
  readonly until: string;
  readonly text: string;
  /** What the file needs to be taken; `NO_CURE` for a good one. */
  readonly cure: Cure;
};

/** Nights in a row that are left out for one and the same reason. */
export type LeftOut = Pick<NightSpan, "from" | "until"> & {
  /** gap: the old server has no file; refused: it has one, which contradicts itself or its variants. */
  readonly kind: "gap" | "refused";
  readonly reason: string;
};

export type FoldedNights = { readonly spans: readonly NightSpan[]; readonly leftOut: readonly LeftOut[] };

/**
 * Folds equal nights in a row into spans. A night that is left out ends the span before it: nothing is known of it, and
 * nobody may take the file of the evening before for it.
 *
 * @param nights ascending; one that is missing between two counts as not asked for and ends a span too
 */
export async function foldNights(nights: AsyncIterable<JudgedNight> | Iterable<JudgedNight>): Promise<FoldedNights> {
  const spans: NightSpan[] = [];
  const leftOut: LeftOut[] = [];
  for await (const { night, verdict } of nights) {
    if (verdict.kind === "good") extend(spans, night, { text: verdict.text, cure: NO_CURE });
    else if (verdict.kind === "cured") extend(spans, night, { text: verdict.text, cure: verdict.cure });
    else extend(leftOut, night, verdict);
  }
  return { spans, leftOut };
}

function extend<T extends object>(folded: (T & { from: string; until: string })[], night: string, content: T): void {
  const last = folded.at(-1);
  const isSame =
    last !== undefined && Object.entries(content).every(([name, value]) => last[name as keyof T] === value);
  const until = nightAfter(night);
  if (isSame && last.until === night) folded[folded.length - 1] = { ...last, until };
  else folded.push({ ...content, from: night, until });
}
