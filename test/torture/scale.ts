/** The suite proves with small numbers, `bun run torture` with large ones. */
export const FULL = process.env["FPLANE_TORTURE"] === "full";

/**
 * The suite plays the same each time, so that a change that breaks nothing never fails; the full form plays anew.
 * `FPLANE_TORTURE_SEED=123` plays what a run that failed played.
 */
export function torturingSeed(): number {
  const given = process.env["FPLANE_TORTURE_SEED"];
  if (given !== undefined) return Number(given);
  return FULL ? Math.floor(Math.random() * 2 ** 31) : 20_190_328;
}
