import { digestNotice } from "../../domain/notices/digest-notice.ts";
import type { Notice } from "../../domain/notices/notice.ts";
import { nextAttempt } from "../../domain/time/delivery-times.ts";
import { DAY, later, SECOND } from "../../domain/time/instant.ts";
import { lookForNews, type NewsDeps } from "./notices.ts";
import type { Channel, OutboxEntry } from "./outbox.ts";

/** A way out. What it throws tells no secret: it is kept and logged. */
export type Carrier = {
  /** Done when the other side has taken it. It gives up by itself within `LONGEST_DELIVERY`, and when it is cut off. */
  readonly deliver: (notice: Notice, cutOff?: AbortSignal) => Promise<void>;
};

export type NotifyDeps = NewsDeps & {
  /** The channels that are in use. */
  readonly carriers: Readonly<Partial<Record<Channel, Carrier>>>;
  /** From 0 to 1, for the pauses between attempts. */
  readonly random: () => number;
};

/** Milliseconds that a delivery may take. */
export const LONGEST_DELIVERY = 60_000;

/** After this another server may send what one had claimed: it has died meanwhile. */
const CLAIM = 120 * SECOND;
const MOST_IN_A_DIGEST = 500;
const SENT_IS_KEPT = 30 * DAY;

export type Ending = {
  /** Asked between two deliveries. */
  readonly isOver: () => boolean;
  /** Ends the delivery under way. */
  readonly cutOff: AbortSignal;
};

/** What became of one look at a channel. */
export type Told = {
  readonly sent: number;
  /** Why the last delivery failed; null when all that was due is delivered. */
  readonly error: string | null;
};

/**
 * Tells the operators by one channel: puts what is new into the outbox and delivers what is due. What fails stays there
 * and is tried again, ever more rarely, for ever. Delivery is at least once: a repetition has the same id.
 *
 * @param ending how a server that stops ends it; what is left is delivered another time
 * @throws FplaneError `unavailable` when the database is away
 */
export async function notify(deps: NotifyDeps, channel: Channel, ending?: Ending): Promise<Told> {
  const carrier = deps.carriers[channel];
  if (carrier === undefined) return { sent: 0, error: null };
  await lookForNews(deps, channel);
  await deps.store.outbox.removeSentBefore(later(deps.clock(), -SENT_IS_KEPT));
  return await deliverDue(deps, channel, carrier, ending);
}

async function deliverDue(
  deps: NotifyDeps,
  channel: Channel,
  carrier: Carrier,
  ending: Ending | undefined,
): Promise<Told> {
  const { outbox } = deps.store;
  const together = channel === "mail" && deps.digestHour !== null;
  let sent = 0;
  while (!ending?.isOver()) {
    const now = deps.clock();
    const found = await outbox.claim(channel, now, later(now, CLAIM), together ? MOST_IN_A_DIGEST : 1);
    if (found.length === 0) break;
    const claimed = found.toSorted((a, b) => Number(isNews(a)) - Number(isNews(b)) || a.id - b.id);
    for (const entries of parcels(claimed)) {
      try {
        await carrier.deliver(contentOf(deps.project, entries), ending?.cutOff);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        const undelivered = claimed.slice(claimed.indexOf(entries[0]));
        const attempts = Math.max(...undelivered.map((entry) => entry.attempts));
        const again = nextAttempt(deps.clock(), attempts, deps.random());
        await outbox.failed(idsOf(undelivered), again, message);
        return { sent, error: message };
      }
      await outbox.delivered(idsOf(entries), deps.clock());
      sent += entries.length;
      // The way is free again: what waits for its next attempt need not wait any longer.
      if (entries.some((entry) => entry.attempts > 1)) await outbox.hurry(channel, deps.clock());
    }
  }
  return { sent, error: null };
}

type Parcel = readonly [OutboxEntry, ...OutboxEntry[]];

/** What the record tells may wait for others and go with them; an alarm goes by itself and first. */
function isNews(entry: OutboxEntry): boolean {
  return entry.kind === "revision";
}

function parcels(claimed: readonly OutboxEntry[]): Parcel[] {
  const [first, ...others] = claimed.filter(isNews);
  const alone = claimed.filter((entry) => !isNews(entry)).map((entry): Parcel => [entry]);
  return first === undefined ? alone : [...alone, [first, ...others]];
}

function contentOf(project: string, [first, ...others]: Parcel): Notice {
  if (others.length === 0) return first.notice;
  return digestNotice(
    project,
    [first, ...others].map((entry) => entry.notice),
  );
}

function idsOf(entries: readonly OutboxEntry[]): number[] {
  return entries.map((entry) => entry.id);
}
