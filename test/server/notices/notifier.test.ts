import { afterEach, beforeAll, describe, expect, test } from "bun:test";
import { FplaneError } from "../../../src/domain/errors.ts";
import { logOnto } from "../../../src/server/log/log.ts";
import { type Notifier, startNotifier, waking } from "../../../src/server/notices/notifier.ts";
import type { NotifyDeps } from "../../../src/service/notices/notify.ts";
import type { Store } from "../../../src/service/store.ts";
import { updateConfig } from "../../../src/service/update-config.ts";
import { describeOnEngines } from "../../support/engines.ts";
import { eventually } from "../../support/eventually.ts";
import { observatory, statusNow, UPDATER } from "../../support/observatory.ts";
import { STARTING } from "../../support/site.ts";
import { KeptNotices } from "../../support/told.ts";

const NEVER = 3_600_000;

describeOnEngines("the notifier", (engine) => {
  let deps: ReturnType<typeof observatory>;
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
  }, STARTING);

  const running: Notifier[] = [];
  afterEach(async () => {
    for (const notifier of running.splice(0)) await notifier.stop();
  });

  const start = (carriers: NotifyDeps["carriers"], store: Store = deps.store, period = NEVER) => {
    const lines: Record<string, unknown>[] = [];
    const log = logOnto({ write: (line) => void lines.push(JSON.parse(line)) }, "trace");
    const told = { ...deps, store, project: "HETDEX", alarmHours: 0, digestHour: null, carriers, random: () => 0 };
    const notifier = startNotifier(told, log, period);
    running.push(notifier);
    return { ...notifier, lines, store: waking(store, notifier.wake) };
  };
  /** The store, but its outbox fails as long as there is a reason. */
  const failingOutbox = (reason: () => Error | null): Store => {
    const guarded = Object.entries(deps.store.outbox).map(([name, method]) => [
      name,
      (...args: never[]) => {
        const error = reason();
        return error === null ? (method as (...args: never[]) => unknown)(...args) : Promise.reject(error);
      },
    ]);
    return Object.assign(Object.create(deps.store) as Store, { outbox: Object.fromEntries(guarded) });
  };
  let changes = 0;
  /** A status with a spectrograph that has never been seen. */
  const change = async (store: Store) => {
    changes += 1;
    deps.testClock.advance(60_000_000);
    const config = statusNow(deps, [{ ifuslot: "013", ifuid: "024", specid: String(400 + changes), specslot: "111" }]);
    const request = { config, commit: true, datestr: undefined, actualPositions: false, layout: "full" } as const;
    await updateConfig({ ...deps, store }, UPDATER, request);
    return String(400 + changes);
  };
  const specids = ({ notices }: KeptNotices) => notices.map(({ subject }) => /\b4\d\d\b/.exec(subject)?.[0]);

  test("tells a revision of its own server at once", async () => {
    const mail = new KeptNotices();
    const { store } = start({ mail });
    const specid = await change(store);
    await eventually(
      () => specids(mail),
      (seen) => seen.includes(specid),
    );
  });

  test("does not look, and puts nothing into the outbox, when no channel is set up", async () => {
    const { store } = start({}, deps.store, 10);
    await change(store);
    await Bun.sleep(100);
    expect(await deps.store.outbox.waiting("mail")).toBe(0);
    const late = new KeptNotices();
    start({ mail: late });
    await eventually(
      () => specids(late),
      (seen) => seen.includes(String(400 + changes)),
    ); // a look back of a day, not because it waited
  });

  test("says once that a channel fails and once that it works again, with how many wait", async () => {
    const mail = new KeptNotices();
    mail.fault = "connection refused";
    const { store, lines } = start({ mail }, deps.store, 10);
    const specid = await change(store);
    await eventually(
      () => mail.attempts,
      (attempts) => attempts > 0,
    );
    for (let i = 0; i < 3; i += 1) {
      const before = mail.attempts;
      deps.testClock.advance(600_000_000);
      await eventually(
        () => mail.attempts,
        (attempts) => attempts > before,
      );
    }
    mail.fault = null;
    deps.testClock.advance(3_600_000_000);
    await eventually(
      () => lines.length,
      (count) => count >= 2,
    );
    expect(specids(mail)).toEqual([specid]);
    expect(lines).toMatchObject([
      { level: "error", channel: "mail", error: "connection refused", waiting: 1 },
      { level: "info", channel: "mail", sent: 1, waiting: 0 },
    ]);
  });

  test("a channel that hangs does not hold up the other", async () => {
    const webhook = new KeptNotices();
    const hung = Promise.withResolvers<void>();
    const { store } = start({ mail: { deliver: () => hung.promise }, webhook });
    const specid = await change(store);
    await eventually(
      () => specids(webhook),
      (seen) => seen.includes(specid),
    );
    hung.resolve();
  });

  test("a restart tries at once what had failed", async () => {
    const mail = new KeptNotices();
    mail.fault = "down";
    const first = start({ mail });
    const specid = await change(first.store);
    await eventually(
      () => mail.attempts,
      (attempts) => attempts > 0,
    );
    await first.stop();
    mail.fault = null;
    start({ mail });
    await eventually(
      () => specids(mail),
      (seen) => seen.includes(specid),
    );
  });

  test("while the database is away it waits and says nothing, which others do", async () => {
    const mail = new KeptNotices();
    let reason: Error | null = new FplaneError("unavailable", "away");
    const store = failingOutbox(() => reason);
    const { lines, wake } = start({ mail }, store, 10);
    const specid = await change(deps.store);
    await Bun.sleep(100);
    expect(specids(mail)).toEqual([]);
    reason = null;
    wake();
    await eventually(
      () => specids(mail),
      (seen) => seen.includes(specid),
    );
    expect(lines).toEqual([]);
  });

  test("an error inside is logged once, and does not end it", async () => {
    const mail = new KeptNotices();
    let reason: Error | null = new Error("a defect");
    const store = failingOutbox(() => reason);
    const { lines } = start({ mail }, store, 10);
    const specid = await change(deps.store);
    await eventually(
      () => lines.length,
      (count) => count > 0,
    );
    await Bun.sleep(100); // several looks
    reason = null;
    await eventually(
      () => specids(mail),
      (seen) => seen.includes(specid),
    );
    expect(lines).toMatchObject([{ level: "error", channel: "mail", err: { message: "a defect" } }]);
  });
});

describe("a notifier that is stopped", () => {
  test("looks no more", async () => {
    let looks = 0;
    const outbox = new Proxy({} as Store["outbox"], {
      get: () => () => {
        looks += 1;
        return Promise.resolve([]);
      },
    });
    const store = { outbox, watch: async () => async () => {} };
    const told = { clock: () => 0, timeZone: "UTC", project: "X", alarmHours: 0, digestHour: null, random: () => 0 };
    const log = logOnto({ write: () => {} }, "trace");
    const notifier = startNotifier(
      { ...told, clock: () => 0 as never, store, carriers: { mail: new KeptNotices() } },
      log,
      5,
    );
    await eventually(
      () => looks,
      (count) => count > 0,
    );
    await notifier.stop();
    const before = looks;
    await Bun.sleep(50);
    notifier.wake();
    await Bun.sleep(20);
    expect(looks).toBe(before);
  });
});
