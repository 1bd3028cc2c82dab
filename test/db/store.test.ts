import { beforeAll, describe, expect, test } from "bun:test";
import { systemClock } from "../../bin/command-line/system-clock.ts";
import { openStore } from "../../db/open.ts";
import { DAY, HOUR, later } from "../../src/domain/time/instant.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import type { Store } from "../../src/service/store.ts";
import { addUser } from "../../src/service/users.ts";
import { nextRevision } from "../support/direct-sql.ts";
import { describeOnEngines, type FreshDatabase, OPENING } from "../support/engines.ts";
import { eventually } from "../support/eventually.ts";
import { ADMIN, CURATOR, importOf, observatory } from "../support/observatory.ts";
import { connect, postgresServer } from "../support/postgres.ts";
import { ask, changed, fileOf, newestRevision, send, unitsIn } from "../support/verbs.ts";

const WRITERS = 16;
const EACH = 3;
const server = await postgresServer();

/** Every revision, oldest first. */
async function chainOf(store: Store) {
  const newest = (await store.newestRevision())?.rev ?? 0;
  return await Promise.all(Array.from({ length: newest }, (_, i) => store.revisionNumbered(i + 1)));
}

function newUser(username: string): Parameters<typeof addUser>[2] {
  return { username, role: "updater", firstName: "T", lastName: "T", email: "t@example.org" };
}

describeOnEngines("the store", (engine) => {
  let database: FreshDatabase;
  let deps: ReturnType<typeof observatory>;
  beforeAll(async () => {
    database = await engine.open();
    deps = observatory(database.store);
  });

  test(`${WRITERS} writers at once make revisions without a gap, in rising times, and lose nothing`, async () => {
    const stores =
      engine.name === "embedded"
        ? Array.from({ length: WRITERS }, () => database.store)
        : await Promise.all(
            Array.from({ length: WRITERS }, () => openStore(database.location, database.project, OPENING)),
          );
    const before = await newestRevision(deps);
    await Promise.all(
      stores.map(async (store, writer) => {
        const own = { ...deps, store, clock: systemClock };
        for (let i = 0; i < EACH; i += 1) await addUser(own, ADMIN, newUser(`writer-${writer}-${i}`));
      }),
    );
    if (engine.name === "postgres") await Promise.all(stores.map((store) => store.close()));

    const chain = await chainOf(database.store);
    expect(chain.length).toBe(before + WRITERS * EACH);
    for (const [i, revision] of chain.entries()) {
      const previous = chain[i - 1] ?? null;
      expect(revision?.prevHash).toBe(previous?.hash ?? "");
      if (previous !== null) expect(revision?.recordedAt).toBeGreaterThan(previous.recordedAt);
    }
    expect(await database.store.users()).toHaveLength(WRITERS * EACH);
  });

  test("of writers who want the same name one gets it", async () => {
    const attempts = Array.from({ length: 8 }, () => addUser(deps, ADMIN, newUser("wanted")));
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "already-exists" });
  });

  test("a reader sees whole revisions only, however many are being written", async () => {
    const even = unitsIn(40);
    const odd = even.map((one, i) => ({ ...one, specid: even[(i + 1) % 40]?.specid ?? null }));
    const files = [fileOf(even), fileOf(odd)];
    const first = (await newestRevision(deps)) + 1;
    await importFplane(deps, CURATOR, importOf("0.txt", files[0] ?? "", "20190101"));
    let done = false;
    const seen = new Set<number>();
    const reader = async () => {
      while (!done) {
        const { text, revision } = await ask(deps, "20190115");
        expect(text).toBe(files[(revision - first) % 2] ?? "");
        seen.add(revision);
        await Bun.sleep(0); // an answer from memory gives nobody else a turn
      }
    };
    const readers = [reader(), reader()];
    for (let i = 1; i <= 8; i += 1)
      await importFplane(deps, CURATOR, importOf(`${i}.txt`, files[i % 2] ?? "", "20190101"));
    done = true;
    await Promise.all(readers);
    expect(seen.size).toBeGreaterThan(0);
    for (let rev = first; rev <= first + 8; rev += 1)
      expect((await ask(deps, "20190115", { asOf: String(rev) })).text).toBe(files[(rev - first) % 2] ?? "");
  });

  describe("a write", () => {
    test("that is not kept, or that fails, leaves nothing", async () => {
      const before = await newestRevision(deps);
      const units = changed(unitsIn(40), { "013": { specid: "399" } });
      deps.testClock.advance(DAY);
      expect((await send(deps, units, { commit: false })).changes).not.toEqual([]);
      const failing = database.store.write(async () => {
        throw new Error("on purpose");
      });
      await expect(failing).rejects.toThrow("on purpose");
      expect(await newestRevision(deps)).toBe(before);
      expect((await send(deps, units)).revision).toBe(before + 1);
    });

    test("that is not kept is checked by the database as one that is", async () => {
      const placement = (ifuslot: string) => ({
        key: ifuslot,
        span: { from: later(deps.clock(), 300 * DAY), until: null },
        value: { ifuid: "088", specid: null, specslot: null, contid: null },
      });
      const attempt = (keep: boolean) =>
        database.store.write(async (tx) => {
          const revision = nextRevision(await tx.newestRevision());
          await tx.addRevision(revision);
          await tx.changePlacements(revision.rev, {
            ...{ said: [], superseded: [] },
            added: [placement("103"), placement("104")],
          });
          return { keep, value: null };
        });
      await expect(attempt(true)).rejects.toMatchObject({ code: "conflict" });
      await expect(attempt(false)).rejects.toMatchObject({ code: "conflict" });
    });

    test("does not show in the rows as they stood before it", async () => {
      const newest = await newestRevision(deps);
      const rows = () => database.store.rowsOfRevisions(1, newest + 1, newest);
      const before = await rows();
      deps.testClock.advance(DAY);
      expect((await send(deps, changed(unitsIn(40), { "014": { specid: "398" } }))).changes).not.toEqual([]);
      expect(await rows()).toEqual(before);
    });

    test("is recorded after the one before, though the clock has gone back", async () => {
      const previous = await database.store.newestRevision();
      deps.testClock.advance(-HOUR);
      await addUser(deps, ADMIN, newUser("early"));
      const revision = await database.store.newestRevision();
      expect(revision?.recordedAt).toBe(later(previous?.recordedAt ?? deps.clock(), 1));
      expect(revision?.recordedAt).toBeGreaterThan(deps.clock());
    });
  });
});

describe.skipIf(server === null)("the store on PostgreSQL (needs postgresql)", () => {
  test("tells of the revisions of its own project, not of others in the same database", async () => {
    const location = { engine: "postgres", url: (await server?.createDatabase()) ?? "" } as const;
    const [own, other] = [await openStore(location, "HETDEX", OPENING), await openStore(location, "other", OPENING)];
    try {
      let told = 0;
      const unwatch = await own.watch(() => {
        told += 1;
      });
      const before = told;
      await addUser(observatory(other), ADMIN, newUser("theirs"));
      await addUser(observatory(own), ADMIN, newUser("ours"));
      await eventually(() => told > before, Boolean); // they come in the order in which they were made
      expect(told - before).toBe(1);
      await unwatch();
    } finally {
      await Promise.all([own.close(), other.close()]);
    }
  });

  test("does not lean on the isolation level that the database has by default", async () => {
    const url = (await server?.createDatabase()) ?? "";
    const client = connect(url, { max: 1 });
    await client.unsafe(
      `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_transaction_isolation TO 'repeatable read'`,
    );
    await client.end();
    const store = await openStore({ engine: "postgres", url }, "HETDEX", OPENING);
    const deps = observatory(store);
    try {
      await Promise.all(Array.from({ length: 6 }, (_, i) => addUser(deps, ADMIN, newUser(`writer-${i}`))));
      expect(await newestRevision(deps)).toBe(6);
    } finally {
      await store.close();
    }
  });
});
