import type { Identity } from "../../src/domain/role.ts";
import { type Clock, type Instant, instantOf, later } from "../../src/domain/time/instant.ts";
import { createApp } from "../../src/server/app.ts";
import { trustedProxies } from "../../src/server/guards/client-address.ts";
import { DEFAULT_LIMITS } from "../../src/server/guards/limits.ts";
import { type Logger, logOnto } from "../../src/server/log/log.ts";
import type { Deps } from "../../src/service/deps.ts";
import type { ImportRequest } from "../../src/service/import-fplane.ts";
import { announcing } from "../../src/service/memory/announcing.ts";
import { createAnswers } from "../../src/service/memory/answers.ts";
import type { Store } from "../../src/service/store.ts";
import { addUser } from "../../src/service/users.ts";
import { hardwareStatus, type ReportedUnit } from "./hardware-status.ts";

/** A clock that stands still until a test moves it. */
export class TestClock {
  #now: Instant;
  constructor(now: string) {
    this.#now = instantOf(now);
  }
  readonly read: Clock = () => this.#now;
  set(now: string): void {
    this.#now = instantOf(now);
  }
  advance(microseconds: number): void {
    this.#now = later(this.#now, microseconds);
  }
}

export const ADMIN: Identity = { username: "ada", role: "admin" };
export const CURATOR: Identity = { username: "cora", role: "curator" };
export const UPDATER: Identity = { username: "cron", role: "updater" };

export const NOON = "2020-07-01T18:00:00Z";

/** Most tests change much of a small focal plane; the gate has tests of its own. */
const NO_GATE = { changedShare: Number.POSITIVE_INFINITY, lostUnits: Number.POSITIVE_INFINITY };

/** What the services need, on a store, at the telescope's time zone, with a clock that the test holds. */
export function observatory(store: Store, clock = new TestClock(NOON)): Deps & { readonly testClock: TestClock } {
  const sealingKey = new Uint8Array(32).fill(7);
  const answers = createAnswers(store, { clock: clock.read, most: 1000 });
  return {
    store: announcing(store, answers),
    answers,
    clock: clock.read,
    timeZone: "America/Chicago",
    statusAliases: {},
    gate: NO_GATE,
    sealingKeys: () => [sealingKey],
    keyGraceHours: 0,
    testClock: clock,
  };
}

/** An import of one file with the options that most tests want. */
export function importOf(
  name: string,
  text: string,
  from: string,
  options: Partial<ImportRequest> = {},
): ImportRequest {
  const defaults = { actual: false, drop: [], force: false, reason: "test", commit: true };
  return { ...defaults, files: [{ name, text, from }], ...options };
}

/** The three users of the tests, with their keys. */
export async function addUsers(deps: Deps): Promise<Record<Identity["role"], string>> {
  const add = async ({ username, role }: Identity) =>
    (await addUser(deps, ADMIN, { username, role, firstName: "T", lastName: "T", email: "t@example.org" })).key;
  return { admin: await add(ADMIN), curator: await add(CURATOR), updater: await add(UPDATER) };
}

/** The HTTP side as it is by default, without a proxy and without HTTPS. */
export const OPEN_APP = {
  publicRead: true,
  limits: DEFAULT_LIMITS,
  keyLimits: { failedPerMinute: 0, writesPerSecond: 0 },
  trusted: trustedProxies([]),
  secure: false,
} as const;

/** The HTTP side, asked without a port. Log lines are collected, parsed. */
export function testApp(deps: Deps, publicRead = true) {
  const lines: Record<string, unknown>[] = [];
  return { app: createApp({ ...OPEN_APP, deps, log: logOf(lines), publicRead }), lines };
}

/** A log whose lines are collected, parsed. */
export function logOf(lines: Record<string, unknown>[]): Logger {
  return logOnto({ write: (line) => void lines.push(JSON.parse(line)) }, "trace");
}

/** A status taken now, of the telescope's clock. */
export function statusNow(deps: Deps, units: readonly ReportedUnit[]): Record<string, unknown> {
  return hardwareStatus([...units], deps.clock());
}
