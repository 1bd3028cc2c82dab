import { sha256 } from "../digest.ts";
import { FplaneError } from "../errors.ts";
import { seatedIfuKey } from "../plane/placement.ts";
import { messageOf } from "../thrown.ts";
import { instantOf, instantOfOrNull, type Span } from "../time/instant.ts";
import { spanOfJson } from "../time/span.ts";
import type { Bundle, BundledPosition, BundledUnit, BundleEnd, BundleHead, BundleRow } from "./bundle.ts";

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
      head as BundleHead,
      lines.map((line) => JSON.parse(line) as BundleRow),
    );
  } catch (error) {
    throw wrong(`is not understood: ${messageOf(error)}`);
  }
}

function parsed<T>(line: string): Partial<T> | null {
  try {
    return JSON.parse(line) as Partial<T> | null;
  } catch {
    return null;
  }
}

function bundleOf(head: BundleHead, rows: readonly BundleRow[]): Bundle {
  const placements = new Map<string, BundledUnit[]>();
  const positions = new Map<string, BundledPosition[]>();
  const confirmations: Span[] = [];
  for (const row of rows) {
    if ("placement" in row) {
      const [ifuslot, ifuid, specid, specslot, contid, from, until] = row.placement;
      rowsOf(placements, ifuslot).push({ unit: { ifuid, specid, specslot, contid }, ...spanOfJson({ from, until }) });
    } else if ("position" in row) {
      const [ifuslot, ifuid, x, y, from, until] = row.position;
      rowsOf(positions, seatedIfuKey({ ifuslot, ifuid })).push({ x, y, ...spanOfJson({ from, until }) });
    } else {
      const [from, until] = row.confirmation;
      confirmations.push(spanOfJson({ from, until }));
    }
  }
  for (const own of [...placements.values(), ...positions.values(), confirmations]) own.sort((a, b) => a.from - b.from);
  const { revision, hash, timeZone, tag, recordedAt, horizon } = head;
  return {
    ...{ revision, hash, timeZone, tag, placements, positions, confirmations },
    recordedAt: instantOf(recordedAt),
    horizon: instantOfOrNull(horizon),
  };
}

/** The rows of a key, which are begun with the first. */
function rowsOf<Row>(rows: Map<string, Row[]>, key: string): Row[] {
  const own = rows.get(key) ?? [];
  rows.set(key, own);
  return own;
}
