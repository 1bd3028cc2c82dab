import { FplaneError } from "../errors.ts";
import { idText } from "../files/fplane-file.ts";
import { type ReadRow, readFplane } from "../files/fplane-reader.ts";
import { checkImport, type ImportOptions } from "../files/imported-file.ts";
import { listed } from "../listed.ts";
import { isVirusSeat } from "../plane/seat.ts";

/** The four files in which an old server answers for one night. */
export const VARIANTS = ["full-actual", "full-nominal", "short-actual", "short-nominal"] as const;
export type Variant = (typeof VARIANTS)[number];

/** What one request for a night gave: a text, or the refusal of the old server (`404 Not Found`). */
export type VariantAnswer = { readonly text: string } | { readonly refusal: string };

export type NightAnswers = Readonly<Record<Variant, VariantAnswer>>;

/** What the answers for one night are worth. */
export type NightVerdict =
  | { readonly kind: "good"; readonly text: string }
  | { readonly kind: "gap"; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string }
  /** Refused, but for the least of what the caller allows. The text is, as that of a good one, full with actual positions. */
  | { readonly kind: "cured"; readonly text: string; readonly cure: Cure };

/** Rows that are left out, and whether the full file with actual positions counts whatever else speaks against it. */
export type Cure = Pick<ImportOptions, "drop" | "force">;

export const NO_CURE: Cure = { drop: [], force: false };

/**
 * Judges what an old server answered for one night: the four files must agree with each other, and the full one with
 * actual positions must be one that an import takes.
 *
 * @param cures what may be done with a night that is refused, the mildest first
 */
export function judgeNight(answers: NightAnswers, cures: readonly Cure[]): NightVerdict {
  const refusals = VARIANTS.flatMap((variant) => {
    const answer = answers[variant];
    return "refusal" in answer ? [{ variant, refusal: answer.refusal }] : [];
  });
  if (refusals.length === VARIANTS.length) {
    return { kind: "gap", reason: [...new Set(refusals.map(({ refusal }) => refusal))].join(", ") };
  }
  const full = answers["full-actual"];
  if ("refusal" in full) return { kind: "refused", reason: partly(refusals) };
  const reason = refusals.length > 0 ? partly(refusals) : problemOf(answers, full.text, NO_CURE);
  if (reason === null) return { kind: "good", text: full.text };
  const cure = cures.find((possible) => problemOf(answers, full.text, possible) === null);
  return cure === undefined ? { kind: "refused", reason } : { kind: "cured", text: full.text, cure };
}

function partly(refusals: readonly { readonly variant: Variant; readonly refusal: string }[]): string {
  const which = refusals.map(({ variant, refusal }) => `${variant} (${refusal})`).join(", ");
  return `some files were given and some were not: ${which}`;
}

function problemOf(answers: NightAnswers, full: string, { drop, force }: Cure): string | null {
  return told(() => {
    const { rows } = checkImport(readFplane(full).rows, { actual: true, drop, force });
    if (force) return;
    const rowsOf = (variant: Variant) => rowsIn(answers[variant], variant).filter((row) => !drop.includes(row.ifuslot));
    const nominal = rowsOf("full-nominal");
    agree(rows.map(placementText), "full-actual", nominal.map(placementText), "full-nominal");
    agree(activeRows(rows), "full-actual", rowsOf("short-actual").map(rowText), "short-actual");
    agree(activeRows(nominal), "full-nominal", rowsOf("short-nominal").map(rowText), "short-nominal");
  });
}

function told(check: () => void): string | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof FplaneError) return error.message;
    throw error;
  }
}

function rowsIn(answer: VariantAnswer, variant: Variant): readonly ReadRow[] {
  if ("refusal" in answer) throw new FplaneError("conflict", `${variant} was refused: ${answer.refusal}`);
  try {
    return readFplane(answer.text).rows;
  } catch (error) {
    throw error instanceof FplaneError ? new FplaneError(error.code, `${variant}: ${error.message}`) : error;
  }
}

/** A short file lists the active VIRUS rows of the full one, and nothing else. */
function activeRows(rows: readonly ReadRow[]): string[] {
  return rows.filter((row) => isVirusSeat(row.ifuslot) && row.specid !== null).map(rowText);
}

function placementText({ ifuslot, specid, specslot, ifuid }: ReadRow): string {
  return `${ifuslot}: SPECID ${idText(specid)}, SPECSLOT ${idText(specslot)}, IFUID ${idText(ifuid)}`;
}

function rowText(row: ReadRow): string {
  return `${placementText(row)} at (${row.x}, ${row.y})`;
}

/** @throws FplaneError `conflict` naming every row of one file that the other does not have */
function agree(one: readonly string[], oneName: string, other: readonly string[], otherName: string): void {
  const missing = (from: readonly string[], name: string, among: readonly string[]) =>
    among.filter((row) => !from.includes(row)).map((row) => `${name} lacks seat ${row}`);
  const differences = [...missing(other, otherName, one), ...missing(one, oneName, other)];
  if (differences.length > 0) throw new FplaneError("conflict", listed("its files disagree", differences));
}
