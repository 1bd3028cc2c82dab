import { isIPv6 } from "node:net";

const MINUTE = 60_000;

/** Addresses that are remembered; beyond it those that failed longest ago are forgotten. */
const MOST_NETWORKS = 10_000;

/** Counts the keys that nobody has, per address; whoever guesses has an IPv6 network of 2^64 addresses, which count as one. */
export type FailedKeys = {
  /** Seconds until the address may try again; 0: now. */
  readonly wait: (address: string) => number;
  readonly note: (address: string) => void;
};

/**
 * @param perMinute how many an address may try within any minute; 0 for any number
 * @param now milliseconds of a clock that nobody sets
 */
export function countFailedKeys(perMinute: number, now: () => number, most = MOST_NETWORKS): FailedKeys {
  const failures = new Map<string, readonly number[]>();
  const recent = (network: string) => failures.get(network)?.filter((at) => at > now() - MINUTE) ?? [];
  return {
    wait: (address) => {
      const times = failures.size === 0 ? [] : recent(networkOf(address));
      const [oldest] = times;
      if (perMinute === 0 || oldest === undefined || times.length < perMinute) return 0;
      return Math.max(1, Math.ceil((oldest + MINUTE - now()) / 1000));
    },
    note: (address) => {
      if (perMinute === 0) return;
      const network = networkOf(address);
      const times = [...recent(network), now()].slice(-perMinute);
      failures.delete(network);
      failures.set(network, times);
      const [oldest] = failures.keys();
      if (failures.size > most && oldest !== undefined) failures.delete(oldest);
    },
  };
}

/** An IPv4 address as it is, also one that is written as IPv6; the first 64 bits of an IPv6 address. */
export function networkOf(address: string): string {
  const [plain = ""] = address.split("%"); // a zone
  if (!isIPv6(plain)) return plain;
  const groups = groupsOf(new URL(`http://[${plain}]/`).hostname.slice(1, -1));
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 0xff])
      .join(".");
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

/** The eight groups of an IPv6 address in the form that the URL standard gives it: hexadecimal, at most one `::`. */
function groupsOf(address: string): number[] {
  const [head = [], tail = []] = address
    .split("::")
    .map((part) => part.split(":").flatMap((group) => (group === "" ? [] : Number.parseInt(group, 16))));
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
