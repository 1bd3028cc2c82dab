import { Gauge, type Registry } from "prom-client";
import { type Instant, SECOND } from "../../domain/time/instant.ts";
import type { Deps } from "../../service/deps.ts";
import { getVitalSigns, type VitalSigns } from "../../service/vital-signs.ts";

/** Seconds for which the record is not asked again, however often the metrics are read. */
const KEPT_SECONDS = 5;

/** Seconds after which the reader gets what was known last: a database that is away can keep a question waiting. */
const PATIENCE_SECONDS = 2;

/**
 * Registers what is known of the record.
 *
 * @returns what brings it up to date. It never throws: while the database is away the last known stays, its ages growing
 */
export function recordMetrics(registry: Registry, deps: Deps): () => Promise<void> {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `fplane_${name}`, help, labelNames, registers: [registry] });
  const revision = gauge("revision", "Number of the newest revision.");
  const statusAge = gauge(
    "last_status_age_seconds",
    "Age of the newest hardware status that was taken, by its data time; absent before the first.",
  );
  const confirmedAge = gauge(
    "confirmed_age_seconds",
    "How long ago the time until which today's focal plane is confirmed was; absent when it is not.",
  );
  const quarantined = gauge("quarantined", "Hardware statuses that wait for a curator.");
  const holds = gauge("holds", "Holds in force.");
  const outbox = gauge("outbox_waiting", "Notices to operators that are not sent yet.", ["channel"]);
  const memory = gauge("answers_in_memory", "Configurations that are kept in memory.");
  const stale = gauge("stale", "1 while the database does not answer, else 0.");
  const read = createReading(deps);

  const setAge = (age: Gauge, instant: Instant | null | undefined) => {
    if (instant == null) age.remove();
    else age.set((deps.clock() - instant) / SECOND);
  };
  const set = (of: Gauge, value: number | undefined) => (value === undefined ? of.remove() : of.set(value));

  return async () => {
    const { signs, failed } = await read();
    set(revision, signs?.revision);
    setAge(statusAge, signs?.lastStatus);
    setAge(confirmedAge, signs?.confirmedUntil);
    set(quarantined, signs?.quarantined);
    set(holds, signs?.holds);
    for (const [channel, count] of Object.entries(signs?.waiting ?? {})) outbox.set({ channel }, count);
    memory.set(deps.answers.size());
    stale.set(failed || deps.answers.staleSince() !== null ? 1 : 0);
  };
}

type Reading = { readonly signs: VitalSigns | null; readonly failed: boolean };

/** One question at a time, and not more often than is useful. */
function createReading(deps: Deps): () => Promise<Reading> {
  let last: Reading = { signs: null, failed: false };
  let readAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<Reading> | null = null;

  const ask = async (): Promise<Reading> => {
    try {
      last = { signs: await getVitalSigns(deps), failed: false };
    } catch {
      last = { signs: last.signs, failed: true }; // what is wrong is logged where the database is watched
    }
    readAt = performance.now();
    asking = null;
    return last;
  };

  return async () => {
    if (performance.now() - readAt < KEPT_SECONDS * 1000) return last;
    asking ??= ask();
    const tooSlow = Bun.sleep(PATIENCE_SECONDS * 1000).then(() => ({ signs: last.signs, failed: true }));
    return await Promise.race([asking, tooSlow]);
  };
}
