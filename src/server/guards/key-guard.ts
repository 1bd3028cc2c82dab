import { FplaneError, hasCode } from "../../domain/errors.ts";
import type { Identity } from "../../domain/role.ts";
import type { Deps } from "../../service/deps.ts";
import { identifyUser } from "../../service/identify-user.ts";
import type { Logger } from "../log/log.ts";
import { countFailedKeys } from "./failed-keys.ts";
import { limitWriteRate } from "./write-rate.ts";

/** What keys may be used for how often; each is a setting, 0 for any number. */
export type KeyLimits = {
  /** Keys that nobody has, from one address. */
  readonly failedPerMinute: number;
  /** Writes with one key. */
  readonly writesPerSecond: number;
};

/** Knows the callers by their keys. Its counts are this server's own. */
export type KeyGuard = {
  /** @throws FplaneError `too-many-requests` when too many wrong keys have come from the address */
  readonly admit: (address: string | null) => void;
  /** @throws FplaneError `unknown-key`, `user-disabled` */
  readonly identify: (authorization: string, address: string | null) => Promise<Identity | null>;
  /** @throws FplaneError `too-many-requests` */
  readonly countWrite: (identity: Identity) => void;
};

const NOTED_EVERY = 60_000;

/** @param now milliseconds of a clock that nobody sets */
export function createKeyGuard(
  deps: Deps,
  log: Logger,
  { failedPerMinute, writesPerSecond }: KeyLimits,
  now = () => performance.now(),
): KeyGuard {
  const failed = countFailedKeys(failedPerMinute, now);
  const rate = limitWriteRate(writesPerSecond, now);
  const note = noteUses(deps, log, now);
  return {
    admit: (address) => {
      const retryAfter = address === null ? 0 : failed.wait(address);
      if (retryAfter === 0) return;
      const message = `too many wrong keys came from this address: requests with a key are refused for ${seconds(retryAfter)}, those without are not`;
      throw new FplaneError("too-many-requests", message, { retryAfter });
    },
    identify: async (authorization, address) => {
      try {
        const identified = await identifyUser(deps.store, deps.clock(), authorization);
        if (identified !== null) note(identified.keySha256, address);
        return identified?.identity ?? null;
      } catch (error) {
        if (address !== null && hasCode(error, "unknown-key")) failed.note(address);
        throw error;
      }
    },
    countWrite: ({ username }) => {
      const retryAfter = rate.take(username);
      if (retryAfter === 0) return;
      const message = `${username} writes more than ${writesPerSecond} times a second: try again in ${seconds(retryAfter)}`;
      throw new FplaneError("too-many-requests", message, { retryAfter });
    },
  };
}

function seconds(count: number): string {
  return `${count} second${count === 1 ? "" : "s"}`;
}

/** Keeps when a key was used, in the background: nobody waits for it, and nobody is refused when it cannot be kept. */
function noteUses(deps: Deps, log: Logger, now: () => number): (keySha256: string, address: string | null) => void {
  const noted = new Map<string, number>(); // of valid keys only, so it stays small
  return (keySha256, address) => {
    const last = noted.get(keySha256);
    if (last !== undefined && now() < last + NOTED_EVERY) return;
    noted.set(keySha256, now());
    const keep = async () => deps.store.keyUses.note({ keySha256, lastUsedAt: deps.clock(), address });
    keep().catch((error: unknown) => log.debug({ err: error }, "the use of a key could not be noted"));
  };
}
