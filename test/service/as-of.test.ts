import { beforeAll, expect, test } from "bun:test";
import { DAY, HOUR, instantText, later } from "../../src/domain/time/instant.ts";
import { correct } from "../../src/service/correct.ts";
import { getConfigurations } from "../../src/service/get-configurations.ts";
import { getFplanes } from "../../src/service/get-fplanes.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { setPositions } from "../../src/service/positions.ts";
import { retract } from "../../src/service/retract.ts";
import { revert } from "../../src/service/revert.ts";
import { addTag } from "../../src/service/tags.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, importOf, observatory } from "../support/observatory.ts";
import { STARTING } from "../support/site.ts";
import { ask, changed, fileOf, newestRevision, send, unitsIn } from "../support/verbs.ts";

const UNITS = unitsIn(6);
const SWAPPED = changed(UNITS, { "013": { specid: "302" }, "014": { specid: "301" } });
const reason = "test";
const MANY = { actualPositions: false, layout: "full", night: "local", strict: false } as const;

describeOnEngines("as known at", (engine) => {
  let deps: ReturnType<typeof observatory>;
  /** What was answered after each act, and under which names it is to be had again. */
  const answered: { readonly names: readonly string[]; readonly answers: Awaited<ReturnType<typeof everything>> }[] =
    [];

  const day = (days: number) => instantText(later(begin, days * DAY));
  let begin: ReturnType<typeof deps.clock>;

  /** Every variant at some instants before, at and after the changes. */
  const everything = async (asOf?: string) => {
    const answers = [];
    for (const datestr of [-1, 1, 3, 9].map(day)) {
      for (const variant of [
        { actualPositions: false, layout: "full" },
        { actualPositions: true, layout: "short" },
      ] as const) {
        const asked = ask(deps, datestr, { ...variant, ...(asOf === undefined ? {} : { asOf }) });
        const told = await asked.then(
          ({ text, sha256, interval, confirmedUntil, lastModified }) => {
            return { text, sha256, interval, confirmedUntil, lastModified };
          },
          (error) => ({ code: error.code, details: error.details }),
        );
        answers.push(told);
      }
    }
    // The second date in a gap is answered by what was found out about the first.
    const { entries } = await getFplanes(deps, { ...MANY, asOf, dates: [-1, -0.5].map(day) }, 10);
    for await (const entry of entries) answers.push("error" in entry ? entry.error.details : entry.answer.text);
    const whole = await getConfigurations(deps, { ...MANY, asOf, from: day(-3), to: day(9) }).catch(() => null);
    for await (const entry of whole?.entries ?? [])
      answers.push("error" in entry ? entry.stretch : [entry.answer.interval, entry.answer.sha256]);
    return answers;
  };

  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
    begin = deps.clock();
    const acts = [
      () => send(deps, UNITS),
      () => correct(deps, CURATOR, { ...correction("013", 2, 4, { specid: "399" }), reason, commit: true }),
      () =>
        setPositions(deps, CURATOR, {
          ...list("013 -449.9 150.1\n014 -450.2 50.1\n"),
          from: day(0),
          reason,
          commit: true,
        }),
      () => send(deps, SWAPPED),
      () => retract(deps, CURATOR, { ifuslots: ["014"], from: day(1), until: day(3), reason, commit: true }),
      () => importFplane(deps, CURATOR, importOf("old.txt", fileOf(UNITS), day(-2))),
      () => revert(deps, CURATOR, { revision: 3, reason, commit: true }),
      () => correct(deps, CURATOR, { ...correction("056", 2, 4, { specid: "501" }), reason, commit: true }),
      () => retract(deps, CURATOR, { ifuslots: ["056"], from: day(2), until: day(4), reason, commit: true }),
      () => retract(deps, CURATOR, { ifuslots: [], from: day(-3), until: "open", reason, commit: true }),
    ];
    for (const [i, act] of acts.entries()) {
      deps.testClock.advance(HOUR);
      await act();
      const rev = await newestRevision(deps);
      const answers = await everything();
      const time = instantText(deps.clock());
      deps.testClock.advance(HOUR);
      await addTag(deps, CURATOR, { name: `act-${i}`, asOf: String(rev), reason });
      answered.push({ names: [String(rev), time, `act-${i}`], answers });
    }
  }, STARTING);

  const correction = (ifuslot: string, from: number, until: number, set: Record<string, string>) => ({
    corrections: [{ ifuslot, from: day(from), until: day(until), set }],
  });
  const list = (text: string) => ({ text, name: "list", drop: [], force: false });

  test("what was answered once is answered for ever, by revision, by time and by tag", async () => {
    expect(new Set(answered.map(({ answers }) => JSON.stringify(answers))).size).toBe(answered.length);
    for (const { names, answers } of answered)
      for (const asOf of names) expect([asOf, await everything(asOf)]).toEqual([asOf, answers]);
  });

  test("a time means the newest revision recorded by then, also where it lies between two", async () => {
    const [first, second] = [1, 3].map((rev) => deps.store.revisionNumbered(rev));
    const [one, two] = [await first, await second];
    const between = instantText(later(one?.recordedAt ?? begin, HOUR + 1));
    expect((await ask(deps, day(1), { asOf: between })).revision).toBe(2);
    const just = (microseconds: number) => instantText(later(two?.recordedAt ?? begin, microseconds));
    expect((await ask(deps, day(1), { asOf: just(-1) })).revision).toBe(2);
    expect((await ask(deps, day(1), { asOf: just(0) })).revision).toBe(3);
  });

  test.each([
    [
      "a revision that is not there yet",
      "9999",
      "not-found",
      /^there is no revision 9999: revisions run from 1 to \d+$/,
    ],
    ["revision 0", "0", "not-found", /there is no revision 0/],
    ["digits only are a revision, however much they look like a date", "20200701", "not-found", /no revision 20200701/],
    ["a tag that nobody made", "dr9", "not-found", /^there is no tag dr9$/],
    ["a time before the first revision", "2001-01-01T00:00:00", "not-found", /the first revision is younger/],
    ["what is neither revision, nor tag, nor time", "2020-13-01", "bad-date", /2020-13-01/],
  ])("%s: %s is %s", async (_, asOf, code, message) => {
    const asked = ask(deps, day(0), { asOf });
    await expect(asked).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
