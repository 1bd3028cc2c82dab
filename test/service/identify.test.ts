import { beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { DAY, type Instant } from "../../src/domain/time/instant.ts";
import { correct } from "../../src/service/correct.ts";
import { identify } from "../../src/service/identify.ts";
import { setPositions } from "../../src/service/positions.ts";
import { retract } from "../../src/service/retract.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, observatory } from "../support/observatory.ts";
import { daysFrom } from "../support/rows.ts";
import { STARTING } from "../support/site.ts";
import { ask, changed, fileOf, newestRevision, send, unitsIn } from "../support/verbs.ts";

const UNITS = unitsIn(4);
const reason = "why";

describeOnEngines("identify", (engine) => {
  let deps: ReturnType<typeof observatory>;
  let evening: Instant;
  let day: (days: number) => string;
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
    evening = deps.clock();
    ({ day } = daysFrom(evening));
    await send(deps, UNITS); // revision 1
    deps.testClock.advance(4 * DAY);
    await send(deps, changed(UNITS, { "013": { specid: "399" } })); // 2: 399 from day 4 on
    await put(6, 8, "301", "S/N 0001"); // 3: 301 again from day 6 to 8
    await put(1, 2, "398"); // 4: 398 from day 1 to 2
    const list = { text: "014 -450.2 50.1", name: "l", drop: [], force: false };
    await setPositions(deps, CURATOR, { ...list, from: day(2), until: day(3), reason, commit: true }); // 5
  }, STARTING);

  const put = (from: number, until: number, specid: string, contid?: string) =>
    correct(deps, CURATOR, {
      corrections: [
        {
          ifuslot: "013",
          from: day(from),
          until: day(until),
          set: { specid, ...(contid === undefined ? {} : { contid }) },
        },
      ],
      ...{ reason, commit: true },
    });
  const digest = (text: string) => createHash("sha256").update(text).digest("hex");
  const told = async (text: string) =>
    (await identify(deps, digest(text))).map(({ layout, actualPositions, span, revisions }) => {
      const days = [span.from, span.until].map((at) => (at === null ? "" : (at - evening) / DAY)).join("-");
      return `${days} ${layout} ${actualPositions ? "actual" : "nominal"} ${revisions.from}-${revisions.until ?? ""}`;
    });

  test("bytes of years ago are traced to every time, revision and variant that gave them", async () => {
    const { text } = await ask(deps, day(0.5), { layout: "short" });
    expect((await told(text)).filter((line) => line.includes("nominal"))).toEqual([
      "0-1 short nominal 1-",
      "1-2 short nominal 1-4",
      "2-4 short nominal 1-",
      "4- short nominal 1-2",
      "6-8 short nominal 3-",
    ]);
    expect((await told(text)).filter((line) => line.includes("actual"))).toContain("2-3 short actual 1-5");
  });

  test("a variant is named as what it is, also where two are the same bytes", async () => {
    const full = await told((await ask(deps, day(1.5))).text);
    expect(full).toEqual(["1-2 full nominal 4-", "1-2 full actual 4-"]);
    const measured = await ask(deps, day(2.5), { actualPositions: true, layout: "all-slots" });
    expect(await told(measured.text)).toEqual(["2-3 all-slots actual 5-"]);
  });

  test("what was retracted is found in the revisions that knew it", async () => {
    const { text } = await ask(deps, day(1.5));
    const { revision } = await retract(deps, CURATOR, {
      ifuslots: [],
      from: day(1),
      until: day(2),
      reason,
      commit: true,
    });
    expect(await told(text)).toEqual([`1-2 full nominal 4-${revision}`, `1-2 full actual 4-${revision}`]);
    expect(await newestRevision(deps)).toBe(revision ?? 0);
  });

  test("bytes that were never answered, and what is no digest, are refused", async () => {
    await expect(told(fileOf(unitsIn(3)))).rejects.toMatchObject({ code: "not-found" });
    for (const wrong of ["", "abc", "g".repeat(64), "0".repeat(65)])
      await expect(identify(deps, wrong)).rejects.toMatchObject({ code: "bad-parameter" });
    const { text } = await ask(deps, day(0.5));
    expect(await identify(deps, digest(text).toUpperCase())).not.toEqual([]);
  });

  test("revisions that are made meanwhile are not looked at: the answer is that of the one before them", async () => {
    const { text } = await ask(deps, day(9.5));
    const before = await identify(deps, digest(text));
    const newest = await deps.store.newestRevision();
    const newestRevisionOvertaken = async () => {
      for (const specid of ["397", "396"]) await put(9, 10, specid);
      return newest;
    };
    const store = Object.assign(Object.create(deps.store), { newestRevision: newestRevisionOvertaken });
    expect(await identify({ ...deps, store }, digest(text))).toEqual(before);
    expect((await identify(deps, digest(text))).length).toBeGreaterThan(before.length);
  });
});
