import fc from "fast-check";
import type { Answer } from "../../src/domain/answer/answer.ts";
import type { Layout } from "../../src/domain/files/fplane-file.ts";
import type { ReadRow } from "../../src/domain/files/fplane-reader.ts";
import type { FocalPlane, FocalPlaneRow } from "../../src/domain/plane/placement.ts";
import { AUXILIARY, AUXILIARY_SEATS, nominalPosition, VIRUS_SEATS } from "../../src/domain/plane/seat.ts";
import { instantOf } from "../../src/domain/time/instant.ts";

export const LAYOUTS: readonly Layout[] = ["full", "short", "all-slots"];

/** A seat with nothing in it, at its nominal position. */
export function emptyRow(ifuslot: string): FocalPlaneRow {
  return {
    ifuslot,
    ifuid: null,
    specid: null,
    specslot: null,
    contid: null,
    ...nominalPosition(ifuslot),
    measured: false,
  };
}

/**
 * A whole focal plane that never was: a third of the seats measured, every fifth an IFU without spectrograph, every
 * seventh empty, some active ones without a known bay or controller.
 */
export function madeUpPlane(): FocalPlane {
  const virus = VIRUS_SEATS.map((ifuslot, index): FocalPlaneRow => {
    const row = emptyRow(ifuslot);
    if (index % 7 === 6) return row;
    const ifuid = threeDigits(82 - index);
    const specslot = index % 11 === 3 ? null : threeDigits(111 + index);
    if (index % 5 === 4) return { ...row, ifuid, specslot };
    const contid = index % 4 === 1 ? null : `S/N 0${threeDigits(500 + index)}`;
    const active = { ...row, ifuid, specid: threeDigits(600 + index), specslot, contid };
    if (index % 3 !== 0) return active;
    return { ...active, x: row.x + (index - 40) / 125, y: row.y - (index - 30) / 200, measured: true };
  });
  return { virus, auxiliary: AUXILIARY };
}

/** An answer with the made-up plane; what matters to a test is given. */
export function madeUpAnswer(given: Partial<Answer> = {}): Answer {
  return {
    plane: madeUpPlane(),
    layout: "full",
    actualPositions: true,
    instant: instantOf("2031-02-03T06:00:00Z"),
    interval: { from: instantOf("2031-01-30T18:00:00Z"), until: instantOf("2031-02-11T19:20:21.5Z") },
    revision: 42,
    confirmedUntil: instantOf("2031-02-04T00:11:22Z"),
    sha256: "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
    ...given,
  };
}

/** The plane that rows of a file describe: seats without a row are empty, controllers unknown. */
export function planeOf(rows: readonly ReadRow[]): FocalPlane {
  const bySeat = new Map(
    rows.map(({ ifuslot, x, y, ifuid, specid, specslot }) => [
      ifuslot,
      { ifuslot, x, y, ifuid, specid, specslot, contid: null, measured: true },
    ]),
  );
  return {
    virus: VIRUS_SEATS.map((ifuslot) => bySeat.get(ifuslot) ?? emptyRow(ifuslot)),
    auxiliary: AUXILIARY_SEATS.flatMap((ifuslot) => bySeat.get(ifuslot) ?? []),
  };
}

const anyThousandth = fc.integer({ min: -999_999, max: 9_999_999 }).map((n) => n / 1000);
const anySeatContent = fc.record({
  hasIfu: fc.boolean(),
  isActive: fc.boolean(),
  specslot: fc.option(fc.integer({ min: 1, max: 999 }).map(threeDigits)),
  x: anyThousandth,
  y: anyThousandth,
});

const AUXILIARY_IFUS: ReadonlySet<number> = new Set(AUXILIARY.map(({ ifuid }) => Number(ifuid)));
const anyOtherIfu = fc.integer({ min: 1, max: 999 }).filter((id) => !AUXILIARY_IFUS.has(id));

/** Any plane that keeps the invariants: no IFU stands twice, and no spectrograph of VIRUS. */
export const anyPlane: fc.Arbitrary<FocalPlane> = fc
  .record({
    contents: fc.array(anySeatContent, { minLength: VIRUS_SEATS.length, maxLength: VIRUS_SEATS.length }),
    ids: fc.uniqueArray(anyOtherIfu, { minLength: VIRUS_SEATS.length, maxLength: 82 }),
    auxiliary: fc.array(fc.tuple(anyThousandth, anyThousandth), { minLength: 15, maxLength: 15 }),
  })
  .map(({ contents, ids, auxiliary }) => ({
    virus: VIRUS_SEATS.map((ifuslot, index): FocalPlaneRow => {
      const content = contents[index];
      const id = threeDigits(ids[index] ?? 0);
      if (content === undefined) return emptyRow(ifuslot);
      const { hasIfu, isActive, specslot, x, y } = content;
      // Reversed digits: a SPECID that is mostly not its seat's IFUID, and still no two are equal.
      const specid = isActive ? [...id].reverse().join("") : null;
      return { ifuslot, ifuid: hasIfu ? id : null, specid, specslot, contid: null, x, y, measured: true };
    }),
    auxiliary: AUXILIARY.map((row, index) => {
      const [x = 0, y = 0] = auxiliary[index] ?? [];
      return { ...row, x, y };
    }),
  }));

function threeDigits(value: number): string {
  return String(value).padStart(3, "0");
}
