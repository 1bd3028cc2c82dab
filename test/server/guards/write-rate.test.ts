import { expect, test } from "bun:test";
import { limitWriteRate } from "../../../src/server/guards/write-rate.ts";

test("a user writes a second's worth at once, then as fast as the rate; others have their own", () => {
  let now = 0;
  const { take } = limitWriteRate(4, () => now);
  const taken = (count: number, user = "cron") => Array.from({ length: count }, () => take(user));
  expect(taken(5)).toEqual([0, 0, 0, 0, 1]);
  expect(taken(1, "ada")).toEqual([0]);
  now = 250;
  expect(taken(2)).toEqual([0, 1]);
  now = 100_000;
  expect(taken(5)).toEqual([0, 0, 0, 0, 1]);
});

test("without a rate any number is taken", () => {
  const { take } = limitWriteRate(0, () => 0);
  expect(Array.from({ length: 1000 }, () => take("cron")).every((wait) => wait === 0)).toBe(true);
});
