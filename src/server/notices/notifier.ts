import { hasCode } from "../../domain/errors.ts";
import { type NotifyDeps, notify, type Told } from "../../service/notices/notify.ts";
import type { Channel } from "../../service/notices/outbox.ts";
import type { Store } from "../../service/store.ts";
import type { Logger } from "../log/log.ts";
import type { Settings } from "../settings/settings.ts";
import { createMailer } from "./mailer.ts";
import { createWebhook } from "./webhook.ts";

/** Milliseconds between two looks: the alarm, a pause that is over, a message that was lost. */
const PERIOD = 60_000;

/** Milliseconds that a stop waits for a delivery under way; one that is cut off is repeated later. */
const LAST_DELIVERY = 5_000;

export type Notifier = {
  /** Looks now: there may be a new revision. */
  readonly wake: () => void;
  readonly stop: () => Promise<void>;
};

/** The channels that the settings set up. */
export function carriersOf(settings: Settings, log: Logger): NotifyDeps["carriers"] {
  const mail = createMailer(settings, (message) => log.warn(message));
  const webhook = createWebhook(settings);
  return { ...(mail === null ? {} : { mail }), ...(webhook === null ? {} : { webhook }) };
}

/**
 * Tells the operators from now on: after each revision and every minute. Each channel goes its own way, so that one that
 * hangs does not hold up the other. A failure is logged when it begins and when it ends.
 */
export function startNotifier(
  deps: Omit<NotifyDeps, "store"> & { readonly store: Pick<Store, "outbox" | "watch"> },
  log: Logger,
  period = PERIOD,
): Notifier {
  const lanes = (Object.keys(deps.carriers) as Channel[]).map((channel) => lane(deps, channel, log));
  if (lanes.length === 0) return { wake: () => {}, stop: async () => {} };
  const wake = () => {
    for (const { look } of lanes) look();
  };
  let unwatch: (() => Promise<void>) | null = null;
  const watch = async () => {
    try {
      unwatch ??= await deps.store.watch(wake);
    } catch {
      // The look every minute finds the revisions of other servers too, and logs that the database is away.
    }
  };
  const timer = setInterval(() => {
    void watch();
    wake();
  }, period);
  void watch();
  wake();
  return {
    wake,
    stop: async () => {
      clearInterval(timer);
      await unwatch?.().catch(() => {});
      await Promise.all(lanes.map(({ stop }) => stop()));
    },
  };
}

/** One channel: a look at a time; what comes in meanwhile is looked at after it. */
function lane(deps: NotifyDeps, channel: Channel, log: Logger) {
  const remark = transitions(channel, log);
  let broken = false;
  let underWay: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  const cutting = new AbortController();
  let begun = false;

  const run = async () => {
    try {
      if (!begun) await deps.store.outbox.hurry(channel, deps.clock());
      begun = true;
      const told = await notify(deps, channel, { isOver: () => stopped, cutOff: cutting.signal });
      if (!cutting.signal.aborted) remark(told, await deps.store.outbox.waiting(channel));
      broken = false;
    } catch (error) {
      // That the database is away is logged by who keeps the answers fresh.
      const isAway = hasCode(error, "unavailable");
      if (stopped || isAway || broken) return;
      log.error({ channel, err: error }, "the operators cannot be told: an error inside the server");
      broken = true;
    }
  };

  const look = () => {
    again = true;
    underWay ??= (async () => {
      while (again && !stopped) {
        again = false;
        await run();
      }
      underWay = null;
    })();
  };

  return {
    look,
    stop: async () => {
      stopped = true;
      const givenUp = Promise.withResolvers<void>();
      const limits = [
        setTimeout(() => cutting.abort(), LAST_DELIVERY),
        setTimeout(givenUp.resolve, 2 * LAST_DELIVERY), // a database that hangs
      ];
      await Promise.race([underWay, givenUp.promise]);
      for (const limit of limits) clearTimeout(limit);
    },
  };
}

/** Says it once when a channel fails, and once when it works again. */
function transitions(channel: Channel, log: Logger): (told: Told, waiting: number) => void {
  let failing = false;
  return ({ sent, error }, waiting) => {
    if (error !== null && !failing) {
      log.error({ channel, error, waiting }, "the operators cannot be told; it is tried again, at first every minute");
      failing = true;
    } else if (error === null && failing && sent > 0) {
      log.info({ channel, sent, waiting }, "the operators can be told again");
      failing = false;
    }
  };
}

/** A store whose own revisions are told at once. */
export function waking(store: Store, wake: () => void): Store {
  const write: Store["write"] = async (act) => {
    const value = await store.write(act);
    wake();
    return value;
  };
  return Object.assign(Object.create(store) as Store, { write });
}
