import { beforeAll, describe, expect, test } from "bun:test";
import publicHistory from "../../db/history/hetdex-2017-2024.tsv" with { type: "text" };
import { FplaneError } from "../../src/domain/errors.ts";
import { configurationsOf, type NightlyConfiguration, readChronicle } from "../../src/domain/files/chronicle.ts";
import { DEFAULT_GATE } from "../../src/domain/status/gate.ts";
import { HOUR, instantText, later } from "../../src/domain/time/instant.ts";
import { nightAfter, resolveBound } from "../../src/domain/time/night.ts";
import { getChanges } from "../../src/service/changes.ts";
import { correct } from "../../src/service/correct.ts";
import { getHistory } from "../../src/service/history.ts";
import { revert } from "../../src/service/revert.ts";
import { describeOnEngines } from "../support/engines.ts";
import type { ReportedUnit } from "../support/hardware-status.ts";
import { CURATOR, observatory } from "../support/observatory.ts";
import { realData } from "../support/real-data.ts";
import { ask, newestRevision, send } from "../support/verbs.ts";
import { FULL } from "./scale.ts";

const CONFIGURATIONS = configurationsOf(readChronicle(publicHistory));
const [FIRST, LAST] = ["2017-01-02", "2024-07-31"] as const;
const SHOTS = realData("history/config_history.tsv");

/** Seats that shots of these nights claim beside the right ones; the chronicle tells how each was resolved. */
const NAMED_CONFLICTS = ["015 410 039", "024 317 038", "078 401 068"];

const compact = (night: string) => night.replaceAll("-", "");

/** The nights of which the telescope reports: all of them, or those of a change with the one after. */
function reportedNights(): string[] {
  const nights: string[] = [];
  const changing = new Set(CONFIGURATIONS.map(({ night }) => night));
  for (let night: string = FIRST; night <= LAST; night = nightAfter(night)) {
    const wasChange = changing.has(compact(Temporal.PlainDate.from(night).subtract({ days: 1 }).toString()));
    if (FULL || changing.has(compact(night)) || wasChange) nights.push(night);
  }
  return nights;
}

/** What the telescope reports of a configuration: the units that work; a bay that is not known is not told. */
function unitsOf({ placements }: NightlyConfiguration): ReportedUnit[] {
  return placements.flatMap(({ ifuslot, ifuid, specid, specslot }) =>
    specid === null ? [] : [{ ifuslot, ifuid, specid, ...(specslot === null ? {} : { specslot }) }],
  );
}

function configurationOn(night: string): NightlyConfiguration {
  const found = CONFIGURATIONS.findLast((configuration) => configuration.night <= compact(night));
  if (found === undefined) throw new Error(`nothing is known of the night ${night}`);
  return found;
}

describeOnEngines("the public history, reported night by night", (engine) => {
  let deps: ReturnType<typeof observatory>;
  const stopped: string[] = [];
  const nights = reportedNights();

  const beginOf = (night: string) => {
    const context = { now: deps.clock(), timeZone: deps.timeZone, night: "local" } as const;
    return resolveBound(night, context);
  };

  beforeAll(async () => {
    deps = { ...observatory((await engine.open()).store), gate: DEFAULT_GATE };
    for (const night of nights) {
      deps.testClock.set(instantText(later(beginOf(night), 2 * HOUR)));
      const units = unitsOf(configurationOn(night));
      try {
        await send(deps, units);
      } catch (error) {
        if (!(error instanceof FplaneError && error.code === "quarantined")) throw error;
        stopped.push(night);
        await send(deps, units, { as: CURATOR, force: true });
      }
    }
    if (FULL) console.error(`${engine.name}: ${nights.length} nights, ${await newestRevision(deps)} revisions`);
  }, 3_600_000);

  test("every night is one revision, and one more where the gate stopped it first", async () => {
    expect(nights.length).toBeGreaterThan(FULL ? 2760 : 120);
    expect(await newestRevision(deps)).toBe(nights.length + stopped.length);
  });

  test("the gate stops the nights of the two great re-plugs and no other", () => {
    expect(stopped).toEqual(["2018-08-04", "2019-03-31"]);
  });

  test("the night of each change shows its configuration, and so does the night before the next one", async () => {
    for (const [i, configuration] of CONFIGURATIONS.entries()) {
      const next = CONFIGURATIONS[i + 1]?.night;
      const last = next === undefined ? LAST : Temporal.PlainDate.from(next).subtract({ days: 1 }).toString();
      for (const night of [configuration.night, compact(last)]) {
        const { plane } = await ask(deps, night, { layout: "short" });
        const shown = plane.virus
          .filter((row) => row.specid !== null)
          .map((row) => [row.ifuslot, row.specid, row.ifuid]);
        const right = unitsOf(configuration).map((unit) => [unit.ifuslot, unit.specid, unit.ifuid]);
        expect([night, shown]).toEqual([night, right]);
      }
    }
  });

  test.skipIf(SHOTS === null)(
    "every combination that shots prove is found again at its first and last shot, but the named conflicts (needs the real files)",
    async () => {
      const lines = (SHOTS ?? "").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
      const missing: string[] = [];
      for (const line of lines) {
        const [ifuslot = "", specid = "", ifuid = "", ...shots] = line.split("\t");
        for (const shot of shots.slice(0, 2)) {
          const row = (await ask(deps, shot)).plane.virus.find((seat) => seat.ifuslot === ifuslot);
          if (row?.specid !== specid || row.ifuid !== ifuid) missing.push(`${ifuslot} ${specid} ${ifuid}`);
        }
      }
      expect(lines.length).toBe(135);
      expect([...new Set(missing)]).toEqual(NAMED_CONFLICTS);
    },
  );

  test.each([
    { night: "2020-03-01", ifuslot: "015", specid: "410", ifuid: "039", other: "024" },
    { night: "2020-03-01", ifuslot: "024", specid: "317", ifuid: "038", other: "015" },
    { night: "2020-01-22", ifuslot: "078", specid: "401", ifuid: "068", other: "079" },
  ])(
    "a status of $night that puts $specid/$ifuid into $ifuslot and $other is a conflict that names both",
    async ({ night, other, ...claim }) => {
      const units = unitsOf(configurationOn(night)).filter((unit) => unit.ifuslot !== claim.ifuslot);
      const [before, at] = [await newestRevision(deps), deps.clock()];
      deps.testClock.set(instantText(later(beginOf(night), 3 * HOUR)));
      const refused = send(deps, [...units, claim]);
      await expect(refused).rejects.toMatchObject({
        code: "conflict",
        details: {
          conflicts: [
            { kind: "ifuid", id: claim.ifuid, seats: [claim.ifuslot, other].sort() },
            { kind: "specid", id: claim.specid, seats: [claim.ifuslot, other].sort() },
          ],
          upload: before + 1,
        },
      });
      deps.testClock.set(instantText(at));
    },
  );

  describe("the story of a spectrograph that was swapped", () => {
    test.each([
      ["203", ["2017-12-10 2019-03-31 073 031", "2019-03-31 on 086 031"]],
      ["317", ["2017-12-12 2018-08-04 022 039", "2018-08-04 2019-11-30 024 039", "2019-11-30 on 015 038"]],
      ["410", ["2019-09-22 2019-11-30 015 038", "2019-11-30 on 024 039"]],
    ])("SPECID %s", async (id, story) => {
      const { entries } = await getHistory(deps, { kind: "specid", id });
      const told = entries.map(({ ifuslot, unit, span }) => {
        const bound = (at: (typeof span)["until"]) =>
          at === null ? "on" : Temporal.Instant.from(instantText(at)).toZonedDateTimeISO(deps.timeZone).toPlainDate();
        return `${bound(span.from)} ${bound(span.until)} ${ifuslot} ${unit.ifuid}`;
      });
      expect(told).toEqual(story);
    });
  });

  test("015 and 024 put as the old server had them in 2019-12 to 2020-06, and back: changes names exactly those nights", async () => {
    const right = await newestRevision(deps);
    const [first, end] = ["2019-12-15", "2020-06-24"] as const;
    const span = { from: first, until: end };
    const corrections = [
      { ifuslot: "015", ...span, set: { specid: "410", ifuid: "039" } },
      { ifuslot: "024", ...span, set: { specid: "317", ifuid: "038" } },
    ];
    const wrong = await correct(deps, CURATOR, { corrections, reason: "as the old server had it", commit: true });
    const those: string[] = [];
    for (let night: string = first; night < end; night = nightAfter(night)) those.push(night);
    expect(wrong.nights).toEqual(those);
    expect(those.length).toBe(192);

    const corrected = await revert(deps, CURATOR, {
      ...{ revision: wrong.revision ?? 0, reason: "015 and 024 were exchanged", commit: true },
    });
    expect(corrected.nights).toEqual(those);
    const changes = await getChanges(deps, { fromRev: String(wrong.revision) });
    expect(changes.nights).toEqual(those);
    expect(new Set(changes.changes.flatMap(({ seats }) => seats.map((seat) => seat.ifuslot)))).toEqual(
      new Set(["015", "024"]),
    );
    expect((await getChanges(deps, { fromRev: String(right) })).changes).toEqual([]);
    for (const night of ["20191214", "20200530", "20200624"]) {
      const [then, now] = [await ask(deps, night, { asOf: String(right) }), await ask(deps, night)];
      expect(now.text).toBe(then.text);
    }
  });
});
