import { expect, test } from "bun:test";
import { inBatches } from "../../../src/server/log/log-batches.ts";
import { eventually } from "../../support/eventually.ts";

const line = (level: string, msg: string) => `${JSON.stringify({ level, msg })}\n`;

test("lines are written together, in their order, without being asked for", async () => {
  const written: string[] = [];
  const batches = inBatches((lines) => written.push(lines.toString()));
  for (const msg of ["a", "b", "c"]) batches.write(line("info", msg));
  expect(written).toEqual([]);
  await eventually(
    () => written,
    ({ length }) => length > 0,
  );
  expect(written).toEqual([["a", "b", "c"].map((msg) => line("info", msg)).join("")]);
});

test.each(["warn", "error", "fatal"])(
  "a line of level %s waits for nothing, and comes after what was before it",
  (level) => {
    const written: string[] = [];
    const batches = inBatches((lines) => written.push(lines.toString()));
    batches.write(line("debug", "before"));
    batches.write(line(level, "now"));
    expect(written).toEqual([line("debug", "before") + line(level, "now")]);
  },
);

test("many lines do not wait to become more", () => {
  const written: string[] = [];
  const batches = inBatches((lines) => written.push(lines.toString()));
  for (let n = 0; n < 2000; n += 1) batches.write(line("info", "x".repeat(100)));
  expect(written.length).toBeGreaterThan(2);
  batches.flush();
  expect(written.join("")).toBe(line("info", "x".repeat(100)).repeat(2000));
});

test("a line of any length and any script goes through as it is, also one that is longer than all that waits together", () => {
  const written: Buffer[] = [];
  const batches = inBatches((lines) => written.push(lines));
  const lines = [1, 21_000, 22_000, 70_000, 2, 200_000].map((length) => line("info", "\u6e2c\u00e9x".repeat(length)));
  for (const each of lines) batches.write(each);
  batches.flush();
  expect(Buffer.concat(written).equals(Buffer.from(lines.join("")))).toBe(true);
});

test("what was handed on stays as it is when more lines come", () => {
  const written: Buffer[] = [];
  const batches = inBatches((lines) => written.push(lines));
  for (const msg of ["first", "other"]) {
    batches.write(line("info", msg));
    batches.flush();
  }
  expect(written.map(String)).toEqual([line("info", "first"), line("info", "other")]);
});
