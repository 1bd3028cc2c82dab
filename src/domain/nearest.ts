/** A suggestion that is more different than this is none. */
const MOST_EDITS = 2;

/** More than these are no help. */
const MOST_SUGGESTIONS = 3;

/**
 * The names that somebody who typed this may have meant: those of which it is the beginning, else those with the fewest
 * letters to change, add, leave out or exchange with their neighbour. Empty when none is near.
 */
export function nearest(typed: string, names: readonly string[]): string[] {
  const begun = names.filter((name) => typed.length > 1 && name.startsWith(typed));
  if (begun.length > 0 && begun.length <= MOST_SUGGESTIONS) return begun;
  const most = typed.length < 4 ? 1 : MOST_EDITS;
  const near = names.map((name) => ({ name, edits: editsBetween(typed.slice(0, 60), name) }));
  const least = Math.min(most, ...near.map(({ edits }) => edits));
  const best = near.filter(({ edits }) => edits === least).map(({ name }) => name);
  return best.length <= MOST_SUGGESTIONS ? best : [];
}

/**
 * `; did you mean get or set?`, or nothing.
 *
 * @param before what stands before every name, and says nothing of how near it is
 */
export function didYouMean(typed: string, names: readonly string[], before = ""): string {
  const meant = nearest(typed, names).map((name) => `${before}${name}`);
  return meant.length === 0 ? "" : `; did you mean ${meant.join(" or ")}?`;
}

/** The distance of Damerau and Levenshtein, in its restricted form. */
export function editsBetween(a: string, b: string): number {
  let [beforeLast, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const exchanged =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? (beforeLast[j - 2] ?? 0) + 1
          : Number.POSITIVE_INFINITY;
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, changed, exchanged));
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
