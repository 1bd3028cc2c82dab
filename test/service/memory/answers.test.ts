import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FplaneError } from "../../../src/domain/errors.ts";
import { renderFplane } from "../../../src/domain/files/fplane-file.ts";
import { instantOf, instantText } from "../../../src/domain/time/instant.ts";
import { logOnto } from "../../../src/server/log/log.ts";
import { openSpool } from "../../../src/server/spool.ts";
import { correct } from "../../../src/service/correct.ts";
import { getDiff } from "../../../src/service/diff.ts";
import { getFplane } from "../../../src/service/get-fplane.ts";
import { importFplane } from "../../../src/service/import-fplane.ts";
import { createAnswers } from "../../../src/service/memory/answers.ts";
import { setPositions } from "../../../src/service/positions.ts";
import { retract } from "../../../src/service/retract.ts";
import { revert } from "../../../src/service/revert.ts";
import { withReplica } from "../../../src/service/store/replica.ts";
import type { Store } from "../../../src/service/store.ts";
import { addTag } from "../../../src/service/tags.ts";
import { describeOnEngines } from "../../support/engines.ts";
import { CURATOR, importOf, observatory, TestClock } from "../../support/observatory.ts";
import { madeUpPlane } from "../../support/planes.ts";
import { shownIn } from "../../support/verbs.ts";

const PLANE = renderFplane(madeUpPlane(), "full");
const VARIANT = { actualPositions: false, layout: "full", night: "local", strict: false } as const;

/** A store that counts what it is asked and can be taken away. */
function watched(store: Store) {
  const state = { asked: 0, away: false };
  const proxy = new Proxy(store, {
    get: (target, name) => {
      const found = target[name as keyof Store] as (...args: never[]) => unknown;
      if (typeof found !== "function" || name === "close") return found;
      return (...args: never[]) => {
        state.asked += 1;
        if (state.away) return Promise.reject(new FplaneError("unavailable", "the database is away"));
        return found(...args);
      };
    },
  });
  return { store: proxy, state };
}

describeOnEngines("what has been answered", (engine) => {
  const prepared = async () => {
    const { store } = await engine.open();
    const first = observatory(store);
    await importFplane(first, CURATOR, importOf("a.txt", PLANE, "20180101", { force: true }));
    const counted = watched(store);
    const deps = observatory(counted.store);
    return { ...counted, deps, first };
  };

  test("is answered again without asking the database", async () => {
    const { deps, state } = await prepared();
    const answer = await getFplane(deps, { ...VARIANT, datestr: "20180301" });
    const asked = state.asked;
    expect(await getFplane(deps, { ...VARIANT, datestr: "20190301" })).toMatchObject({
      text: answer.text,
      staleSince: null,
    });
    expect(await getFplane(deps, { ...VARIANT, layout: "short", datestr: "20200301" })).toMatchObject({ revision: 1 });
    expect(state.asked).toBe(asked);
  });

  test("that nothing is recorded is asked of the database once for a whole stretch, by each revision", async () => {
    const { deps, first, state } = await prepared();
    const at = (datestr: string, asOf?: string) => getFplane(deps, { ...VARIANT, datestr, asOf });
    const absent = (reason: string) => ({ code: "no-configuration", details: { reason } });
    await expect(at("20171201")).rejects.toMatchObject(absent("before-first"));
    const asked = state.asked;
    await expect(at("20170601")).rejects.toThrow(/^2017-06-02T05:00:00Z lies before .*, which begins 2018-01-01/);
    const measured = getFplane(deps, { ...VARIANT, datestr: "20170601", actualPositions: true });
    await expect(measured).rejects.toMatchObject(absent("before-first"));
    expect(state.asked).toBe(asked);

    const span = { from: "20180201", until: "20180301" };
    await retract(first, CURATOR, { ifuslots: [], ...span, reason: "test", commit: true });
    await importFplane(first, CURATOR, importOf("b.txt", PLANE, "20170101", { force: true }));
    await deps.answers.refresh();
    expect(await at("20170601")).toMatchObject({ revision: 3 });
    await expect(at("20180215")).rejects.toMatchObject(absent("retracted"));
    await expect(at("20170601", "1")).rejects.toMatchObject(absent("before-first"));
    expect(await at("20180215", "1")).toMatchObject({ revision: 1 });

    state.away = true;
    await deps.answers.refresh().catch(() => {});
    await expect(at("20180215")).rejects.toMatchObject({ code: "unavailable" });
  });

  test("is asked of the database once for all who wait for it", async () => {
    const [{ deps, state }, other] = [await prepared(), await prepared()];
    for (const each of [deps, other.deps]) await each.answers.newest();
    const [before, otherBefore] = [state.asked, other.state.asked];
    const at = (day: number) => instantOf(`2018-0${1 + (day % 9)}-02T00:00:00Z`);
    await other.deps.answers.at(at(5), 1, false);
    const known = await Promise.all(Array.from({ length: 50 }, (_, day) => deps.answers.at(at(day), 1, false)));
    expect(new Set(known).size).toBe(1);
    expect(state.asked - before).toBe(other.state.asked - otherBefore);
  });

  test("is answered while the database is away, marked, and what is not known is unavailable", async () => {
    const { deps, state } = await prepared();
    await getFplane(deps, { ...VARIANT, datestr: "20180301" });
    state.away = true;
    await expect(deps.answers.refresh()).rejects.toMatchObject({ code: "unavailable" });
    expect((await getFplane(deps, { ...VARIANT, datestr: "20180301" })).staleSince).toBe(deps.clock());
    const unknown = getFplane(deps, { ...VARIANT, actualPositions: true, datestr: "20180301" });
    await expect(unknown).rejects.toMatchObject({ code: "unavailable" });
    state.away = false;
    await deps.answers.refresh();
    expect((await getFplane(deps, { ...VARIANT, datestr: "20180301" })).staleSince).toBeNull();
  });

  test("is what a diff compares too, also while the database is away", async () => {
    const { deps, state, first } = await prepared();
    await correct(first, CURATOR, {
      corrections: [{ ifuslot: "013", from: "20190101", until: "open", set: { specid: "999" } }],
      reason: "test",
      commit: true,
    });
    const request = { a: "20180301", b: "20190301", actualPositions: false, night: "local" } as const;
    const { diff } = await getDiff(deps, request);
    expect(diff.changes.map(({ ifuslot }) => ifuslot)).toEqual(["013"]);
    const asked = state.asked;
    state.away = true;
    expect((await getDiff(deps, { ...request, a: "20180401" })).diff).toEqual(diff);
    expect(state.asked).toBe(asked);
  });

  test("is forgotten where a revision says something else, also one that another server made", async () => {
    const { deps, first, state } = await prepared();
    const before = await getFplane(deps, { ...VARIANT, datestr: "20180301" });
    const bounds = { ifuslot: "013", from: "20190101", until: "20190201", set: { specid: "333" } };
    await correct(first, CURATOR, { corrections: [bounds], reason: "test", commit: true });
    await deps.answers.refresh();
    const after = await getFplane(deps, { ...VARIANT, datestr: "20190115" });
    expect(after.text).not.toBe(before.text);
    expect(after.revision).toBe(2);
    expect((await getFplane(deps, { ...VARIANT, datestr: "20180301" })).interval.until).toBe(after.interval.from);
    expect((await getFplane(deps, { ...VARIANT, datestr: "20190115", asOf: "1" })).text).toBe(before.text);
    const asked = state.asked;
    await getFplane(deps, { ...VARIANT, datestr: "20190116" });
    expect(state.asked).toBe(asked);
  });

  test("is told to be of the newest revision, when that says nothing about it", async () => {
    const { deps, first } = await prepared();
    const before = await getFplane(deps, { ...VARIANT, datestr: "20180301" });
    await addTag(first, CURATOR, { name: "dr1", reason: "test" });
    await deps.answers.refresh();
    const after = await getFplane(deps, { ...VARIANT, datestr: "20180301" });
    expect([before.revision, after.revision]).toEqual([1, 2]);
    expect(after).toEqual({ ...before, revision: 2 });
  });

  test("of a revision that another server has just made is had by its number", async () => {
    const { deps, first } = await prepared();
    expect((await deps.answers.newest())?.rev).toBe(1);
    const bounds = { ifuslot: "013", from: "20190101", until: "20190201", set: { specid: "333" } };
    await correct(first, CURATOR, { corrections: [bounds], reason: "test", commit: true });
    const known = await getFplane(deps, { ...VARIANT, datestr: "20190115", asOf: "2" });
    expect([known.revision, shownIn(known, "013").slice(4, 7)]).toEqual([2, "333"]);
  });

  test("is forgotten where a revision takes away what began at its end", async () => {
    const { deps, first } = await prepared();
    const act = { reason: "test", commit: true };
    const list = { text: "013 -449.9 150.1", name: "l", drop: [], force: false, from: "20190101" };
    const { revision } = await setPositions(first, CURATOR, { ...list, ...act });
    const asked = async () => {
      await deps.answers.refresh();
      return await getFplane(deps, { ...VARIANT, actualPositions: true, datestr: "20180301" });
    };
    expect((await asked()).interval.until).toBe(instantOf("2019-01-01T18:00:00Z"));
    await revert(first, CURATOR, { revision: revision ?? 0, ...act });
    expect((await asked()).interval.until).toBeNull();
  });

  describe("when the database is restored and holds another record", () => {
    const OTHER_PLANE = PLANE.replace("\t600\t", "\t599\t");
    const restored = async () => {
      const [one, other] = [(await engine.open()).store, (await engine.open()).store];
      const bring = (store: Store, text: string) =>
        importFplane(observatory(store), CURATOR, importOf("a.txt", text, "20180101", { force: true }));
      await bring(one, PLANE);
      await bring(other, OTHER_PLANE);
      const state = { store: one, held: Promise.resolve() };
      const proxy = new Proxy(one, {
        get: (_, name) => {
          const { store, held } = state;
          if (name === "seatsAt")
            return (...args: Parameters<Store["seatsAt"]>) => held.then(() => store.seatsAt(...args));
          return store[name as keyof Store];
        },
      });
      const deps = observatory(proxy);
      const asked = async () => shownIn(await getFplane(deps, { ...VARIANT, datestr: "20180301" }), "013").slice(4, 7);
      return { deps, state, other, asked };
    };

    test("is forgotten, though the revisions have the same numbers", async () => {
      const { deps, state, other, asked } = await restored();
      expect(await asked()).toBe("600");
      state.store = other;
      await deps.answers.refresh();
      expect(await asked()).toBe("599");
    });

    test("is not kept where it was still being read", async () => {
      const { deps, state, other, asked } = await restored();
      await deps.answers.newest();
      const { promise: held, resolve: release } = Promise.withResolvers<void>();
      state.held = held;
      const underWay = asked();
      await Bun.sleep(0);
      Object.assign(state, { store: other, held: Promise.resolve() });
      await deps.answers.refresh();
      release();
      await underWay;
      expect(await asked()).toBe("599");
    });
  });

  test("is answered by what was known before, while what a newer revision says is out of reach", async () => {
    const { deps, first, state } = await prepared();
    const before = await getFplane(deps, { ...VARIANT, datestr: "20190115" });
    const bounds = { ifuslot: "013", from: "20190101", until: "20190201", set: { specid: "333" } };
    await correct(first, CURATOR, { corrections: [bounds], reason: "test", commit: true });
    await deps.answers.refresh();
    state.away = true;
    const during = await getFplane(deps, { ...VARIANT, datestr: "20190115" });
    expect(during).toMatchObject({ text: before.text, revision: 1, staleSince: deps.clock() });
    for (const asOf of ["2", instantText(deps.clock())]) {
      const pinned = getFplane(deps, { ...VARIANT, datestr: "20190115", asOf });
      await expect(pinned).rejects.toMatchObject({ code: "unavailable" });
    }
    state.away = false;
    expect(await getFplane(deps, { ...VARIANT, datestr: "20190115" })).toMatchObject({ revision: 2, staleSince: null });
  });

  test("takes no more memory than it is given", async () => {
    const { store } = await prepared();
    const answers = createAnswers(store, { clock: new TestClock("2020-01-01T00:00:00Z").read, most: 2 });
    for (const actual of [false, true]) await answers.at(instantOf("2018-06-01T00:00:00Z"), 1, actual);
    await correct(observatory(store), CURATOR, {
      corrections: [{ ifuslot: "014", from: "20190101", until: "20190201", set: { specid: "334" } }],
      reason: "test",
      commit: true,
    });
    await answers.refresh();
    for (const month of ["01", "02", "03"]) await answers.at(instantOf(`2019-${month}-15T00:00:00Z`), 2, false);
    expect(answers.size()).toBeLessThanOrEqual(2);
  });

  test("is in the spool, for a server that starts while the database is away", async () => {
    const { store, state, deps } = await prepared();
    const directory = mkdtempSync(join(tmpdir(), "fplane-spool-"));
    const spool = openSpool(directory, "HETDEX", 1_000_000, logOnto({ write: () => {} }, "fatal"));
    const answersOf = () => createAnswers(store, { clock: deps.clock, most: 10, spool });
    const at = instantOf("2018-06-01T00:00:00Z");
    const one = answersOf();
    await one.newest();
    const known = await one.at(at, 1, false);
    state.away = true;
    const other = answersOf();
    expect((await other.newest())?.rev).toBe(1);
    expect(await other.at(at, 1, false)).toEqual(known);
    expect(other.staleSince()).toBe(deps.clock());
    await expect(other.at(at, 1, true)).rejects.toMatchObject({ code: "unavailable" });
    spool.close();
    rmSync(directory, { recursive: true });
  });
});

describeOnEngines("a write after which the database is gone", (engine) => {
  test("is acknowledged: it is recorded", async () => {
    const { store } = await engine.open();
    const { store: proxy, state } = watched(store);
    const deps = observatory({
      ...proxy,
      write: async (act) => {
        const value = await store.write(act);
        state.away = true;
        return value;
      },
    });
    const files = importOf("a.txt", PLANE, "20180101", { force: true });
    expect(await importFplane(deps, CURATOR, files)).toMatchObject({ committed: true });
    expect(deps.answers.staleSince()).toBe(deps.clock());
    state.away = false;
    expect((await deps.store.newestRevision())?.rev).toBe(1);
  });
});

describe("the spool", () => {
  test("that cannot be written is told once, and nothing else happens", () => {
    const lines: string[] = [];
    const log = logOnto({ write: (line: string) => void lines.push(line) }, "info");
    const spool = openSpool("/proc/nowhere", "HETDEX", 1000, log);
    expect(spool.newest()).toBeNull();
    expect(spool.find(instantOf("2018-06-01T00:00:00Z"), 1, false)).toBeNull();
    expect(lines.filter((line) => line.includes("the spool cannot be written"))).toHaveLength(1);
  });
});

describeOnEngines("a replica", (engine) => {
  test("is read as long as it has what is known, else the primary is", async () => {
    const { store } = await engine.open();
    const [primary, replica] = [watched(store), watched(store)];
    const told: string[] = [];
    const deps = observatory(withReplica(primary.store, replica.store, (message) => void told.push(message)));
    await importFplane(deps, CURATOR, importOf("a.txt", PLANE, "20180101", { force: true }));
    await deps.answers.refresh();
    const asked = primary.state.asked;
    await deps.store.bodyOf(1);
    expect(primary.state.asked).toBe(asked);
    expect(told.at(-1)).toBe("reads go to the replica");

    replica.state.away = true;
    expect(await deps.store.bodyOf(1)).not.toBeNull();
    await deps.answers.refresh();
    expect(told.at(-1)).toContain("reads go to the primary");

    replica.state.away = false;
    primary.state.away = true;
    expect((await deps.store.newestRevision())?.rev).toBe(1);
    expect((await getFplane(deps, { ...VARIANT, datestr: "20180301" })).revision).toBe(1);
    await expect(deps.store.write(async () => ({ keep: false, value: 1 }))).rejects.toMatchObject({
      code: "unavailable",
    });
  });
});
