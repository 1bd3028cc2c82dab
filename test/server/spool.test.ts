import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOUR, type Instant, instantOf, later } from "../../src/domain/time/instant.ts";
import { logOnto } from "../../src/server/log/log.ts";
import { openSpool } from "../../src/server/spool.ts";
import type { KnownConfiguration } from "../../src/service/configuration.ts";
import { madeUpPlane } from "../support/planes.ts";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "fplane-spool-"));
});
afterEach(() => rmSync(parent, { recursive: true }));

const FROM = instantOf("2018-01-01T00:00:00Z");
const open = (bytes: number) =>
  openSpool(join(parent, "spool"), "HETDEX", bytes, logOnto({ write: () => {} }, "fatal"));

/** One hour's configuration, unlike any other's. */
function configuration(hour: number): KnownConfiguration {
  const from = later(FROM, hour * HOUR);
  const interval = { from, until: later(from, HOUR) };
  const plane = { ...madeUpPlane(), auxiliary: [] };
  return {
    plane,
    interval,
    changedBy: hour + 1,
    rev: 1,
    confirmedUntil: null,
    lastModified: from,
  } as KnownConfiguration;
}

test("the spool is its owner's alone, as the directory that it makes", () => {
  const spool = open(1_000_000);
  spool.keep(1, false, configuration(0));
  const modes = readdirSync(join(parent, "spool")).map((name) => statSync(join(parent, "spool", name)).mode & 0o777);
  expect(modes).toEqual(modes.map(() => 0o600));
  expect(statSync(join(parent, "spool")).mode & 0o777).toBe(0o700);
  spool.close();
});

test("the spool stays about as large as it may be: what was kept first goes first", () => {
  const bytes = 1_000_000;
  const spool = open(bytes);
  for (let hour = 0; hour < 400; hour += 1) spool.keep(1, false, configuration(hour));
  const found = (hour: number) => spool.find(later(FROM, hour * HOUR) as Instant, 1, false) !== null;
  expect([found(0), found(399)]).toEqual([false, true]);
  spool.close();
  expect(statSync(join(parent, "spool", "spool.sqlite")).size).toBeLessThan(bytes * 2);
});

test("a spool that fails is told once for reading and once for writing, and costs nothing but time", () => {
  const lines: string[] = [];
  const log = logOnto({ write: (line: string) => void lines.push(JSON.parse(line).msg) }, "info");
  const spool = openSpool(join(parent, "spool"), "HETDEX", 1_000_000, log);
  spool.keep(1, false, configuration(0));
  spool.close(); // from here on every statement fails
  for (let i = 0; i < 2; i += 1) {
    spool.keep(1, false, configuration(1));
    expect(spool.find(FROM, 1, false)).toBeNull();
  }
  expect(lines).toEqual(["the spool cannot be written", "the spool cannot be read"]);
});
