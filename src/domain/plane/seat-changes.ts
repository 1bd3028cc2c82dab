import { sameUnit, type Unit } from "./placement.ts";

/** What is different in one seat. Null: nothing was, or is, known of the seat. */
export type SeatChange = { readonly ifuslot: string; readonly before: Unit | null; readonly after: Unit | null };

const FIELDS = [
  ["specid", "SPECID"],
  ["specslot", "SPECSLOT"],
  ["ifuid", "IFUID"],
  ["contid", "CONTID"],
] as const;

/** The seats that differ, in the order of `after`. */
export function seatChanges(
  before: ReadonlyMap<string, Unit | null>,
  after: ReadonlyMap<string, Unit | null>,
): SeatChange[] {
  const changes: SeatChange[] = [];
  for (const [ifuslot, unit] of after) {
    const old = before.get(ifuslot) ?? null;
    const same = old === null || unit === null ? old === unit : sameUnit(old, unit);
    if (!same) changes.push({ ifuslot, before: old, after: unit });
  }
  return changes;
}

/** One line for people: `021  SPECID 315 -> 399, SPECSLOT 218 -> 111`. */
export function changeText({ ifuslot, before, after }: SeatChange): string {
  const fields = FIELDS.flatMap(([field, label]) => {
    const [old, now] = [before?.[field] ?? null, after?.[field] ?? null];
    return old === now ? [] : [`${label} ${old ?? "000"} -> ${now ?? "000"}`];
  });
  if (fields.length > 0) return `${ifuslot}  ${fields.join(", ")}`;
  return `${ifuslot}  ${before === null ? "unknown -> empty" : "empty -> unknown"}`;
}
