import { describe, expect, test } from "bun:test";
import type { Unit } from "../../../src/domain/plane/placement.ts";
import type { Instant, Span } from "../../../src/domain/time/instant.ts";
import { positionExcerpt, seatExcerpt } from "../../../src/service/import/record-excerpt.ts";
import type { Reads } from "../../../src/service/store.ts";

const at = (instant: number | null) => instant as Instant;
const span = (from: number, until: number | null): Span => ({
  from: at(from),
  until: until === null ? null : at(until),
});
const unit = (specid: string): Unit => ({ ifuid: "001", specid, specslot: null, contid: null });
const [A, B] = [unit("301"), unit("302")];

/**
 * Seat 013 as it is from 0 to 50: A from 10 to 20, nothing to 30, B to 40, and then nothing until 90. Seat 014: nothing,
 * ever.
 */
function excerpt() {
  const placement = (unit: Unit, over: Span) => ({ ifuslot: "013", unit, span: over, rev: 1 });
  const reads: Pick<Reads, "placementsOver" | "seatsAt"> = {
    placementsOver: async () => [placement(B, span(30, 40)), placement(A, span(10, 20))],
    seatsAt: async (ifuslots) =>
      ifuslots.map((ifuslot) => {
        const until = ifuslot === "013" ? at(90) : null;
        return { ifuslot, unit: null, from: null, until, rev: 0, changedBy: 0 };
      }),
  };
  return seatExcerpt(reads as Reads, ["013", "014"], { span: span(0, 51), last: at(50) }, 1);
}

describe("an excerpt of the record", () => {
  test.each([
    [5, null, 10],
    [10, A, 20],
    [19, A, 20],
    [20, null, 30],
    [30, B, 40],
    [40, null, 90],
    [50, null, 90],
  ])("tells at %p what stands there, and until when", async (instant, value, until) => {
    expect((await excerpt()).at("013", at(instant))).toEqual({ value, until: at(until) });
  });

  test("tells that nothing ever comes", async () => {
    expect((await excerpt()).at("014", at(10))).toEqual({ value: null, until: null });
  });

  test("takes in what is recorded since", async () => {
    const seats = await excerpt();
    seats.record("013", { span: span(15, 35), value: B });
    seats.record("014", { span: span(10, null), value: A });
    expect(seats.at("013", at(14))).toEqual({ value: A, until: at(15) });
    expect(seats.at("013", at(15))).toEqual({ value: B, until: at(40) }); // joined with what followed
    expect(seats.at("014", at(50))).toEqual({ value: A, until: null });
  });

  test("of positions has one for each IFU in a seat", async () => {
    const position = (ifuid: string, x: number) => ({
      ifuslot: "013",
      ifuid,
      position: { x, y: 0 },
      span: span(10, 20),
      rev: 1,
    });
    const reads: Pick<Reads, "positionsOver" | "positionsAt"> = {
      positionsOver: async () => [position("001", 1), position("002", 2)],
      positionsAt: async (ifus) =>
        ifus.map((ifu) => ({ ...ifu, position: null, from: null, until: at(60), rev: 0, changedBy: 0 })),
    };
    const ifus = ["001", "002"].map((ifuid) => ({ ifuslot: "013", ifuid }));
    const positions = await positionExcerpt(reads as Reads, ifus, { span: span(10, 51), last: at(50) }, 1);
    expect(positions.at("013/001", at(10))).toEqual({ value: { x: 1, y: 0 }, until: at(20) });
    expect(positions.at("013/002", at(10))).toEqual({ value: { x: 2, y: 0 }, until: at(20) });
    expect(positions.at("013/002", at(20))).toEqual({ value: null, until: at(60) });
  });
});
