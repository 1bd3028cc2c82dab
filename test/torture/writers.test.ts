import { expect, test } from "bun:test";
import { systemClock } from "../../bin/command-line/system-clock.ts";
import { openStore } from "../../db/open.ts";
import { FplaneError } from "../../src/domain/errors.ts";
import { VIRUS_SEATS } from "../../src/domain/plane/seat.ts";
import { type Instant, instantText } from "../../src/domain/time/instant.ts";
import { configurationAt } from "../../src/service/configuration.ts";
import { correct } from "../../src/service/correct.ts";
import type { Deps } from "../../src/service/deps.ts";
import { addHold, releaseHold } from "../../src/service/holds.ts";
import { verifyRecord } from "../../src/service/record/verify-record.ts";
import type { Store } from "../../src/service/store.ts";
import { addTag } from "../../src/service/tags.ts";
import { describeOnEngines, type FreshDatabase, OPENING } from "../support/engines.ts";
import { CURATOR, observatory } from "../support/observatory.ts";
import { newestRevision, send, unitsIn } from "../support/verbs.ts";
import { FULL } from "./scale.ts";

const WRITERS = 16;
const TURNS = FULL ? 30 : 2;
const [COUNTER, MIRROR] = ["013", "014"] as const;
/** Of seats that a writer has to itself, one each, two to every writer. */
const OWN = VIRUS_SEATS.slice(2, 2 + 2 * WRITERS);

const reason = "writing at once";

/** Opens the database once more, as another server would. */
async function another({ location, project }: FreshDatabase) {
  const store = await openStore(location, project, OPENING);
  return { ...observatory(store), clock: systemClock };
}

async function unitsAt(store: Store, instant: Instant, rev: number) {
  const { plane } = await configurationAt(store, instant, rev, true);
  return new Map(plane.virus.map((row) => [row.ifuslot, row]));
}

/** What a counter in a CONTID says: `S/N 0007` is 7. */
function count(contid: string | null | undefined): number {
  return Number(contid?.slice(4));
}

/** Adds one to the counter in two seats, as a curator who previews and commits: a newer act refuses it, and it looks again. */
async function countOn(deps: Deps, at: Instant): Promise<{ readonly refused: number }> {
  for (let refused = 0; ; refused += 1) {
    const base = (await deps.store.newestRevision())?.rev ?? 0;
    const units = await unitsAt(deps.store, at, base);
    const contid = `S/N ${String(count(units.get(COUNTER)?.contid) + 1).padStart(4, "0")}`;
    const bounds = { from: instantText(at), until: "open" };
    const corrections = [COUNTER, MIRROR].map((ifuslot) => ({ ifuslot, ...bounds, set: { contid } }));
    try {
      await correct(deps, CURATOR, { corrections, base, reason, commit: true });
      return { refused };
    } catch (error) {
      if (!(error instanceof FplaneError && error.code === "conflict")) throw error;
    }
  }
}

/** A hold, a tag, an exchange of the spectrographs of two seats, a refused contradiction: all that others may not disturb. */
async function ownActs(deps: Deps, writer: number, turn: number, at: Instant): Promise<void> {
  const [a = "", b = ""] = OWN.slice(2 * writer, 2 * writer + 2);
  const { hold } = await addHold(deps, CURATOR, { ifuslots: [a], from: instantText(at), reason, commit: true });
  await addTag(deps, CURATOR, { name: `w${writer}.${turn}`, reason });
  const units = await unitsAt(deps.store, at, (await deps.store.newestRevision())?.rev ?? 0);
  const take = (ifuslot: string, from: string) => ({
    ...{ ifuslot, from: instantText(at), until: "open" },
    set: { specid: units.get(from)?.specid ?? "000" },
  });
  await correct(deps, CURATOR, { corrections: [take(a, b), take(b, a)], reason, commit: true });
  const stolen = correct(deps, CURATOR, { corrections: [take(a, COUNTER)], reason, commit: true });
  await expect(stolen).rejects.toMatchObject({ code: "conflict" });
  await releaseHold(deps, CURATOR, { hold, reason, commit: true });
}

/** Reads at random revisions until it is told to stop: each is whole, and is the same whenever it is asked. */
async function readOn(deps: Deps, at: Instant, first: number, isDone: () => boolean): Promise<number> {
  const seen = new Map<number, string>();
  let reads = 0;
  for (; !isDone() || reads < 20; reads += 1) {
    const newest = (await deps.store.newestRevision())?.rev ?? 0;
    const rev = first + Math.floor(Math.random() * (newest - first + 1));
    const units = await unitsAt(deps.store, at, rev);
    expect(units.get(MIRROR)?.contid).toBe(units.get(COUNTER)?.contid ?? "");
    const specids = [...units.values()].flatMap((row) => row.specid ?? []);
    expect(new Set(specids).size).toBe(2 + 2 * WRITERS);
    const shown = JSON.stringify([...units.values()]);
    expect(seen.get(rev) ?? shown).toBe(shown);
    seen.set(rev, shown);
  }
  return reads;
}

async function demandChain(store: Store, until: number): Promise<void> {
  const revisions = (await store.revisions(null, 100_000)).toReversed();
  expect(revisions.map(({ rev }) => rev)).toEqual(Array.from({ length: until }, (_, i) => i + 1));
  for (const [i, revision] of revisions.entries()) {
    const previous = revisions[i - 1];
    expect(revision.prevHash).toBe(previous?.hash ?? "");
    if (previous !== undefined) expect(revision.recordedAt).toBeGreaterThan(previous.recordedAt);
  }
}

describeOnEngines(`${WRITERS} curators at once`, (engine) => {
  if (engine.name === "embedded") return; // it is open once only, and takes one query at a time
  test(
    "make revisions without gaps, in rising times, lose no update of each other, and readers see whole revisions only",
    async () => {
      const database = await engine.open();
      const deps = observatory(database.store);
      const at = deps.clock();
      await send(deps, unitsIn(2 + 2 * WRITERS));
      const zero = (ifuslot: string) => ({
        ifuslot,
        from: instantText(at),
        until: "open",
        set: { contid: "S/N 0000" },
      });
      await correct(deps, CURATOR, { corrections: [zero(COUNTER), zero(MIRROR)], reason, commit: true });
      const first = await newestRevision(deps);

      const servers = await Promise.all(Array.from({ length: WRITERS }, () => another(database)));
      const readers = await Promise.all([another(database), another(database)]);
      let done = false;
      const reading = Promise.all(readers.map((reader) => readOn(reader, at, first, () => done)));
      const refused = await Promise.all(
        servers.map(async (server, writer) => {
          let times = 0;
          for (let turn = 0; turn < TURNS; turn += 1) {
            times += (await countOn(server, at)).refused;
            await ownActs(server, writer, turn, at);
          }
          return times;
        }),
      ).finally(() => {
        done = true;
      });
      const reads = (await reading).reduce((sum, n) => sum + n, 0);
      await Promise.all([...servers, ...readers].map(({ store }) => store.close()));

      const counts = WRITERS * TURNS;
      const newest = first + counts * 5;
      await demandChain(database.store, newest);
      expect(count((await unitsAt(database.store, at, newest)).get(COUNTER)?.contid)).toBe(counts);
      const fresh = await engine.open();
      expect(await verifyRecord(database.store, fresh.store)).toMatchObject({ revisions: newest, faults: [] });
      const overtaken = refused.reduce((sum, n) => sum + n, 0);
      console.error(
        `${newest} revisions by ${WRITERS} servers, ${overtaken} overtaken and tried again, ${reads} reads`,
      );
    },
    FULL ? 1_800_000 : 180_000,
  );
});
