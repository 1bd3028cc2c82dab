import { type Bundle, type BundleEnd, type BundleHead, type BundleRow, positionKey } from "./bundle.ts";
import { sha256 } from "./digest.ts";
import { FplaneError } from "./errors.ts";
import { instantOf } from "./instant.ts";

/**
 * Reads a bundle, and only one that is whole and undamaged.
 *
 * @param name of the file, for what is said of it
 * @throws FplaneError `bad-parameter`
 */
export function readBundle(text: string, name: string): Bundle {
  const wrong = (why: string) => new FplaneError("bad-parameter", `${name} ${why}`);
  if (!text.startsWith('{"fplaneBundle":')) throw wrong("is no bundle; `fplane bundle -o FILE` makes one");
  const endStart = text.lastIndexOf("\n", text.length - 2) + 1;
  const content = text.slice(0, endStart);
  const end = parsed<BundleEnd>(text.slice(endStart));
  if (end?.end === undefined || !text.endsWith("\n")) throw wrong("is cut short: the end of the bundle is missing");
  if (sha256(content) !== end.end.sha256) throw wrong("is damaged: its digest is not the one that it ends with");
  const [first = "", ...lines] = content.split("\n").slice(0, -1);
  const head = parsed<BundleHead>(first);
  if (head?.fplaneBundle !== 1) throw wrong("is of another version; this program reads bundles of version 1");
  try {
    return bundleOf(
      head,
      lines.map((line) => JSON.parse(line) as BundleRow),
    );
  } catch (error) {
    throw wrong(`is not understood: ${error instanceof Error ? error.message : error}`);
  }
}

function parsed<T>(line: string): Partial<T> | null {
  try {
    return JSON.parse(line) as Partial<T> | null;
  } catch {
    return null;
  }
}

function bundleOf(head: Partial<BundleHead>, rows: readonly BundleRow[]): Bundle {
  const { revision = 0, hash = "", timeZone = "", tag = null, recordedAt = "", horizon = null } = head;
  const placements = new Map<
    string,
    Bundle["placements"] extends ReadonlyMap<string, readonly (infer Row)[]> ? Row[] : never
  >();
  const positions = new Map<
    string,
    Bundle["positions"] extends ReadonlyMap<string, readonly (infer Row)[]> ? Row[] : never
  >();
  const confirmations: Bundle["confirmations"][number][] = [];
  for (const row of rows) {
    if ("placement" in row) {
      const [ifuslot, ifuid, specid, specslot, contid, from, until] = row.placement;
      const own = placements.get(ifuslot) ?? [];
      placements.set(ifuslot, own);
      own.push({ unit: { ifuid, specid, specslot, contid }, ...spanOf(from, until) });
    } else if ("position" in row) {
      const [ifuslot, ifuid, x, y, from, until] = row.position;
      const own = positions.get(positionKey(ifuslot, ifuid)) ?? [];
      positions.set(positionKey(ifuslot, ifuid), own);
      own.push({ x, y, ...spanOf(from, until) });
    } else {
      confirmations.push(spanOf(...row.confirmation));
    }
  }
  for (const own of [...placements.values(), ...positions.values(), confirmations]) own.sort((a, b) => a.from - b.from);
  return {
    revision,
    hash,
    timeZone,
    tag,
    recordedAt: instantOf(recordedAt),
    horizon: horizon === null ? null : instantOf(horizon),
    placements,
    positions,
    confirmations,
  };
}

function spanOf(from: string, until: string | null) {
  return { from: instantOf(from), until: until === null ? null : instantOf(until) };
}
