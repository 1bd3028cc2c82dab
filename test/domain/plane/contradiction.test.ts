import { describe, expect, test } from "bun:test";
import { contradictionError, contradictionsAmong } from "../../../src/domain/plane/contradiction.ts";
import { instantOf } from "../../../src/domain/time/instant.ts";

const [MARCH, APRIL, MAY, JUNE] = ["03", "04", "05", "06"].map((month) => instantOf(`2020-${month}-01T00:00:00Z`));
const during = (from = MARCH, until: typeof MARCH | null = null) => ({ from: from as never, until: until ?? null });

describe("contradictionsAmong", () => {
  test("finds each pair of seats with one id at one time, with the time that they share", () => {
    const found = contradictionsAmong("ifuid", [
      { id: "002", ifuslot: "015", span: during(MARCH) },
      { id: "001", ifuslot: "014", span: during(APRIL) },
      { id: "001", ifuslot: "013", span: during(MARCH, MAY) },
      { id: "001", ifuslot: "016", span: during(MARCH) },
    ]);
    expect(found).toEqual([
      { kind: "ifuid", id: "001", seats: ["013", "014"], span: during(APRIL, MAY) },
      { kind: "ifuid", id: "001", seats: ["013", "016"], span: during(MARCH, MAY) },
      { kind: "ifuid", id: "001", seats: ["014", "016"], span: during(APRIL) },
    ]);
  });

  test("lasts from when the second comes until the first to go has gone, however they are told", () => {
    const [first, second] = [
      { id: "301", ifuslot: "013", span: during(MARCH, MAY) },
      { id: "301", ifuslot: "014", span: during(APRIL, JUNE) },
    ];
    const expected = [{ kind: "specid", id: "301", seats: ["013", "014"], span: during(APRIL, MAY) }];
    for (const told of [[first, second] as const, [second, first] as const])
      expect(contradictionsAmong("specid", told) as unknown).toEqual(expected);
  });

  test("of the same two seats are told by time", () => {
    const found = contradictionsAmong("ifuid", [
      { id: "001", ifuslot: "013", span: during(MAY) },
      { id: "001", ifuslot: "013", span: during(MARCH, APRIL) },
      { id: "001", ifuslot: "014", span: during(MARCH) },
    ]);
    expect(found.map(({ span }) => span)).toEqual([during(MARCH, APRIL), during(MAY)]);
  });

  test("one seat after the other, or one seat twice, is none", () => {
    const found = contradictionsAmong("specid", [
      { id: "301", ifuslot: "013", span: during(MARCH, APRIL) },
      { id: "301", ifuslot: "014", span: during(APRIL) },
      { id: "301", ifuslot: "014", span: during(MAY) },
    ]);
    expect(found).toEqual([]);
  });
});

test("the error names every one of them, in words and as data", () => {
  const error = contradictionError([
    { kind: "ifuid", id: "001", seats: ["013", "014"], span: during(APRIL, MAY) },
    { kind: "specid", id: "301", seats: ["021", "022"], span: during(APRIL) },
  ]);
  expect(error.code).toBe("conflict");
  expect(error.message).toBe(
    "IFU 001 would be in seats 013 and 014 at once (from 2020-04-01T00:00:00Z until 2020-05-01T00:00:00Z); " +
      "spectrograph 301 would be in seats 021 and 022 at once (from 2020-04-01T00:00:00Z)",
  );
  expect(error.details["conflicts"]).toEqual([
    { kind: "ifuid", id: "001", seats: ["013", "014"], from: "2020-04-01T00:00:00Z", until: "2020-05-01T00:00:00Z" },
    { kind: "specid", id: "301", seats: ["021", "022"], from: "2020-04-01T00:00:00Z", until: null },
  ]);
});
