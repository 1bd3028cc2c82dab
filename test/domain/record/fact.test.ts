import { describe, expect, test } from "bun:test";
import { confirmedThrough, confirmedWithin } from "../../../src/domain/record/fact.ts";
import type { Instant, Span } from "../../../src/domain/time/instant.ts";

const at = (n: number) => n as Instant;
const span = (from: number, until: number): Span => ({ from: at(from), until: at(until) });

describe("a confirmation", () => {
  test("through an instant includes it", () => {
    expect(confirmedThrough(at(5), at(9))).toEqual({ span: span(5, 10), value: at(10) });
  });

  test("whose start lies after the instant confirms the instant alone", () => {
    expect(confirmedThrough(at(12), at(9))).toEqual({ span: span(9, 10), value: at(10) });
  });

  test("within a span ends with it", () => {
    expect(confirmedWithin(at(5), at(9))).toEqual({ span: span(5, 9), value: at(9) });
  });
});
