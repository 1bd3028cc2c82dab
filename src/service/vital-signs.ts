import { hasCode } from "../domain/errors.ts";
import type { Instant } from "../domain/time/instant.ts";
import type { Deps } from "./deps.ts";
import type { Channel } from "./notices/outbox.ts";
import { newestRev } from "./revisions.ts";

/** What an alarm looks at: cheaper to ask than the whole status. */
export type VitalSigns = {
  /** The newest revision; 0 for none. */
  readonly revision: number;
  /** Data time of the newest hardware status that was taken. */
  readonly lastStatus: Instant | null;
  /** Until when today's focal plane is confirmed. */
  readonly confirmedUntil: Instant | null;
  /** Hardware statuses that wait for a curator. */
  readonly quarantined: number;
  readonly holds: number;
  /** Notices that are not sent yet. */
  readonly waiting: Readonly<Record<Channel, number>>;
};

/** @throws FplaneError `unavailable` */
export async function getVitalSigns(deps: Deps): Promise<VitalSigns> {
  const { store } = deps;
  const revision = await newestRev(store);
  const holds = await store.holds(revision);
  return {
    revision,
    lastStatus: (await store.newestHardwareStatus())?.dataTime ?? null,
    confirmedUntil: await confirmedNow(deps, revision),
    quarantined: (await store.quarantine()).length,
    holds: new Set(holds.map(({ hold }) => hold)).size,
    waiting: { mail: await store.outbox.waiting("mail"), webhook: await store.outbox.waiting("webhook") },
  };
}

/** Until when today's focal plane is confirmed, as a revision knows it; null: never, or there is none. */
export async function confirmedNow({ answers, clock }: Deps, revision: number): Promise<Instant | null> {
  if (revision === 0) return null;
  try {
    return (await answers.at(clock(), revision, false)).confirmedUntil;
  } catch (error) {
    if (hasCode(error, "no-configuration")) return null;
    throw error;
  }
}
