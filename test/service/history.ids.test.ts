import { beforeAll, expect, test } from "bun:test";
import { DAY, type Instant } from "../../src/domain/time/instant.ts";
import { blame } from "../../src/service/blame.ts";
import { correct } from "../../src/service/correct.ts";
import { getHistory, type HistoryKey } from "../../src/service/history.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, observatory } from "../support/observatory.ts";
import { daysFrom } from "../support/rows.ts";
import { STARTING } from "../support/site.ts";
import { changed, newestRevision, send, unitsIn } from "../support/verbs.ts";

const UNITS = unitsIn(4);

// On day 2 units 1 and 2 change places, on day 5 spectrograph 399 takes the place of 303, and is corrected to 398 later.
describeOnEngines("the story of", (engine) => {
  let deps: ReturnType<typeof observatory>;
  let evening: Instant;
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
    evening = deps.clock();
    await send(deps, UNITS);
    deps.testClock.advance(2 * DAY);
    const [first, second, ...rest] = UNITS;
    const moved = [
      { ...UNITS[1], ifuslot: "013" },
      { ...UNITS[0], ifuslot: "014" },
    ] as typeof UNITS;
    expect([first?.ifuslot, second?.ifuslot]).toEqual(["013", "014"]);
    await send(deps, [...moved, ...rest]);
    deps.testClock.advance(3 * DAY);
    await send(deps, changed([...moved, ...rest], { "015": { specid: "399" } }));
    await correct(deps, CURATOR, {
      corrections: [{ ifuslot: "015", from: daysFrom(evening).day(5), until: "open", set: { specid: "398" } }],
      ...{ reason: "misread", commit: true },
    });
  }, STARTING);

  const told = async (kind: HistoryKey, id: string, asOf?: string) => {
    const { entries } = await getHistory(deps, { kind, id, ...(asOf === undefined ? {} : { asOf }) });
    return entries.map(({ ifuslot, unit, span, revision }) => {
      const days = [span.from, span.until].map((at) => (at === null ? "" : (at - evening) / DAY)).join("-");
      return `${days} ${ifuslot} ${unit.specid} ${unit.ifuid} ${revision.kind} ${revision.rev} ${revision.reason}`.trim();
    });
  };

  test.each([
    ["ifuslot", "013", ["0-2 013 301 001 update 1", "2- 013 302 002 update 2"]],
    ["ifuslot", "13", ["0-2 013 301 001 update 1", "2- 013 302 002 update 2"]],
    ["specid", "301", ["0-2 013 301 001 update 1", "2- 014 301 001 update 2"]],
    ["ifuid", "2", ["0-2 014 302 002 update 1", "2- 013 302 002 update 2"]],
    ["contid", "S/N 0001", ["0-2 013 301 001 update 1", "2- 014 301 001 update 2"]],
    ["contid", " S/N 0002 ", ["0-2 014 302 002 update 1", "2- 013 302 002 update 2"]],
    ["ifuslot", "055", ["0- 055 null null update 1"]],
    ["specid", "303", ["0-5 015 303 003 update 1"]],
    ["specid", "398", ["5- 015 398 003 correct 4 misread"]],
  ] as const)("%s %s", async (kind, id, story) => {
    expect(await told(kind, id)).toEqual([...story]);
  });

  test("a spectrograph that a correction took out, as it was known before", async () => {
    await expect(told("specid", "399")).rejects.toMatchObject({ code: "not-found" });
    expect(await told("specid", "399", "3")).toEqual(["5- 015 399 003 update 3"]);
  });

  test.each([
    ["ifuslot", "999", "bad-parameter"],
    ["specid", "000", "bad-parameter"],
    ["ifuid", "1234", "bad-parameter"],
    ["specid", "x", "bad-parameter"],
    ["specid", "777", "not-found"],
    ["contid", "S/N 9999", "not-found"],
    ["ifuslot", "600", "not-found"],
  ] as const)("%s %s is %s", async (kind, id, code) => {
    await expect(told(kind, id)).rejects.toMatchObject({ code });
  });

  test("a seat that there is not is told as such, with those that may be meant", async () => {
    await expect(told("ifuslot", "099")).rejects.toThrow('there is no seat "099"');
    await expect(told("ifuslot", "099")).rejects.toThrow("; the nearest are 098, 097");
  });

  test("blame names for each seat the act that says what stands in it", async () => {
    const on = async (days: number, asOf?: string) => {
      const { seats } = await blame(deps, {
        datestr: daysFrom(evening).day(days),
        night: "local",
        ...(asOf ? { asOf } : {}),
      });
      return seats
        .slice(0, 3)
        .map(({ ifuslot, unit, revision }) => `${ifuslot} ${unit?.specid} ${revision?.kind} ${revision?.rev}`);
    };
    expect(await on(1)).toEqual(["013 301 update 1", "014 302 update 1", "015 303 update 1"]);
    expect(await on(6)).toEqual(["013 302 update 2", "014 301 update 2", "015 398 correct 4"]);
    expect(await on(6, "3")).toEqual(["013 302 update 2", "014 301 update 2", "015 399 update 3"]);
    await expect(on(-1)).rejects.toMatchObject({ code: "no-configuration", details: { reason: "before-first" } });
    expect(await newestRevision(deps)).toBe(4);
  });
});
