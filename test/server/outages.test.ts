import { describe, expect, test } from "bun:test";
import { FplaneError } from "../../src/domain/errors.ts";
import { createOutages } from "../../src/server/outages.ts";
import { failingStore } from "../support/failing-store.ts";
import { logOf, observatory, testApp } from "../support/observatory.ts";

const AWAY = new FplaneError("unavailable", "the database cannot be reached now", { reason: "away" });
AWAY.cause = new Error("connect ECONNREFUSED");
const FULL = new FplaneError("unavailable", "the database records nothing now", { reason: "not-writable" });

/** Outages with a clock that the test holds (seconds), and what they said. */
function watched() {
  const lines: Record<string, unknown>[] = [];
  let now = 0;
  const outages = createOutages(logOf(lines), () => now * 1000);
  const said = () => lines.splice(0).map(({ level, msg }) => `${level}: ${msg}`);
  return {
    ...outages,
    at: (seconds: number) => {
      now = seconds;
    },
    said,
    lines,
  };
}

const GONE = "error: the database is away: what is known is still served";
const NOT_WRITABLE = "error: the database records nothing: writes are refused";

describe("an outage of the database", () => {
  test("is said once when it begins and once when it is over, with its length and its cost", () => {
    const { refused, lookFailed, lookSucceeded, at, said, lines } = watched();
    lookSucceeded(1);
    for (let i = 0; i < 1000; i += 1) expect(refused(AWAY)).toBe(true);
    at(30);
    lookFailed(AWAY);
    expect(JSON.stringify(lines)).toContain("connect ECONNREFUSED");
    expect(said()).toEqual([GONE]);
    at(61.24);
    lookSucceeded(1);
    at(63);
    lookSucceeded(1);
    expect(said()).toEqual([]);
    at(66);
    lookSucceeded(1);
    lookSucceeded(1);
    expect(said()).toEqual(["info: the database is back after 61.2 s; 1000 requests were refused"]);
  });

  test("that a look finds first is the same one that requests meet", () => {
    const { refused, lookFailed, lookSucceeded, said, at } = watched();
    lookFailed(AWAY);
    refused(AWAY);
    lookSucceeded(1);
    at(5);
    lookSucceeded(1);
    expect(said()).toEqual([GONE, "info: the database is back after 0 s; 1 request was refused"]);
  });

  test("that comes and goes between looks is one", () => {
    const { refused, lookSucceeded, said, at } = watched();
    for (let i = 0; i < 50; i += 1) {
      at(i * 3);
      lookSucceeded(1);
      refused(AWAY);
      lookSucceeded(1);
    }
    expect(said()).toEqual([GONE]);
    at(200);
    lookSucceeded(1);
    expect(said()).toEqual(["info: the database is back after 147 s; 50 requests were refused"]);
  });

  test("and another one after it are two", () => {
    const { refused, lookSucceeded, said, at } = watched();
    for (let i = 0; i < 2; i += 1) {
      refused(AWAY);
      lookSucceeded(1);
      at((i + 1) * 10);
      lookSucceeded(1);
    }
    expect(said()).toHaveLength(4);
  });

  test("in which it can be read lasts until something is recorded, however often it is looked at", () => {
    const { refused, lookSucceeded, said, at } = watched();
    lookSucceeded(7);
    for (let i = 0; i < 100; i += 1) {
      refused(FULL);
      lookSucceeded(7);
    }
    expect(said()).toEqual([NOT_WRITABLE]);
    at(3600);
    lookSucceeded(8);
    lookSucceeded(9);
    expect(said()).toEqual(["info: the database records again after 3600 s; 100 requests were refused"]);
  });

  test.each([
    ["another error", new FplaneError("conflict", "no")],
    ["what is unavailable for another reason", new FplaneError("unavailable", "KEY_FILE does not open the keys")],
    ["an error of ours", new TypeError("x is undefined")],
  ])("is not %s", (_what, error) => {
    const { refused, said } = watched();
    expect(refused(error)).toBe(false);
    expect(said()).toEqual([]);
  });
});

test("requests that miss the database, REST and tRPC, leave one line beside those of the requests", async () => {
  const { app, lines } = testApp(observatory(failingStore(AWAY)));
  for (let i = 0; i < 20; i += 1) {
    for (const path of ["/fplane", "/trpc/getFplane?input=%7B%7D", "/revisions"]) {
      const response = await app.request(path);
      expect(response.status).toBe(503);
      expect(await response.text()).toContain('"reason":"away"');
    }
  }
  expect(lines.filter(({ level }) => level !== "info").map(({ msg }) => msg)).toEqual([
    "the database is away: what is known is still served",
  ]);
});
