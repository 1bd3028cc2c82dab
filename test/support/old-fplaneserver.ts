import type { Variant } from "../../src/domain/answer/night-answers.ts";
import { renderFplane } from "../../src/domain/files/fplane-file.ts";
import type { FocalPlane, FocalPlaneRow } from "../../src/domain/plane/placement.ts";
import { isVirusSeat, nominalPosition } from "../../src/domain/plane/seat.ts";

/** What the old server has for a night: a focal plane, one text instead of the right one, or an error status. */
export type OldNight = {
  readonly plane: FocalPlane;
  /** Texts that it gives although they are wrong. */
  readonly wrong?: Partial<Record<Variant, string>>;
};

export type OldFplaneserver = {
  readonly url: string;
  /** Every request so far: `20180101 full-actual`. */
  readonly requests: string[];
  /** The status with which the next requests of a night are refused, one for each. */
  readonly faults: Map<string, number[]>;
  /** What the next requests of a night are answered with, whatever the file, one for each. */
  readonly texts: Map<string, string[]>;
  readonly stop: () => Promise<void>;
};

/**
 * Answers `GET /fplane/{YYYYMMDD}?actual_pos=&full_fplane=` as the old server did: a text, or 404 for a night without a
 * file. It knows no other route and no other parameter.
 *
 * @param nights by `YYYYMMDD`
 * @param delay before each answer, milliseconds
 */
export function startOldFplaneserver(nights: ReadonlyMap<string, OldNight>, delay = 0): OldFplaneserver {
  const requests: string[] = [];
  const faults = new Map<string, number[]>();
  const texts = new Map<string, string[]>();
  const server = Bun.serve({
    hostname: "localhost",
    port: 0,
    fetch: async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      const night = /^\/fplane\/(\d{8})$/.exec(pathname)?.[1] ?? "";
      const layout = searchParams.get("full_fplane") === "0" ? "short" : "full";
      const variant: Variant = `${layout}-${searchParams.get("actual_pos") === "1" ? "actual" : "nominal"}`;
      requests.push(`${night} ${variant}`);
      if (delay > 0) await Bun.sleep(delay);
      const fault = faults.get(night)?.shift();
      if (fault !== undefined) return new Response("Internal Server Error", { status: fault });
      const text = texts.get(night)?.shift();
      if (text !== undefined) return new Response(text);
      const known = nights.get(night);
      if (known === undefined) return new Response('{"message": "no fplane file"}', { status: 404 });
      return new Response(known.wrong?.[variant] ?? oldText(known.plane, variant));
    },
  });
  return { url: `http://localhost:${server.port}`, requests, faults, texts, stop: () => server.stop(true) };
}

/** The file in one of its four variants. */
export function oldText(plane: FocalPlane, variant: Variant): string {
  const shown = variant.endsWith("nominal") ? { ...plane, virus: plane.virus.map(atNominal) } : plane;
  return renderFplane(shown, variant.startsWith("full") ? "full" : "short");
}

function atNominal(row: FocalPlaneRow): FocalPlaneRow {
  return isVirusSeat(row.ifuslot) ? { ...row, ...nominalPosition(row.ifuslot), measured: false } : row;
}

/** The plane with another content of some seats. */
export function withSeats(plane: FocalPlane, seats: Readonly<Record<string, Partial<FocalPlaneRow>>>): FocalPlane {
  return { ...plane, virus: plane.virus.map((row) => ({ ...row, ...seats[row.ifuslot] })) };
}
