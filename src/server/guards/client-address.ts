import { BlockList, isIP } from "node:net";

/** Whose word about the client's address is believed: addresses and networks (`10.0.0.0/8`). */
export type TrustedProxies = BlockList;

/** @throws Error naming what is no address or network */
export function trustedProxies(list: readonly string[]): TrustedProxies {
  const trusted = new BlockList();
  for (const entry of list) {
    const [, address = "", bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? []; // `10.0.0.0/` would be the whole internet
    const family = familyOf(address);
    const widest = family === "ipv6" ? 128 : 32;
    const prefix = bits === undefined ? widest : Number(bits);
    if (family === null || prefix > widest) {
      throw new Error(`${JSON.stringify(entry)} is no address or network; it takes 127.0.0.1 or 10.0.0.0/8`);
    }
    trusted.addSubnet(address, prefix, family);
  }
  return trusted;
}

/**
 * The client's address: that of the connection, or what trusted proxies say. X-Forwarded-For is read from its end, since
 * only what a trusted proxy has added can be believed.
 *
 * @param peer address of the connection
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trusted: TrustedProxies,
): string | null {
  if (forwardedFor === undefined) return peer ?? null;
  let client = peer ?? null;
  const hops = forwardedFor.split(",").map((hop) => withoutPort(hop.trim()));
  for (const hop of hops.reverse()) {
    if (client === null || !isTrusted(client, trusted) || familyOf(hop) === null) break;
    client = hop;
  }
  return client;
}

/**
 * Whether the client speaks HTTPS to a trusted proxy, which says so: the connection itself does not show it.
 *
 * @param peer address of the connection
 */
export function isForwardedHttps(
  peer: string | undefined,
  forwardedProto: string | undefined,
  trusted: TrustedProxies,
): boolean {
  return forwardedProto?.trim().toLowerCase() === "https" && peer !== undefined && isTrusted(peer, trusted);
}

/** Some proxies add the client's port; an IPv6 address stands in brackets then, and may without. */
function withoutPort(hop: string): string {
  return hop.replace(/^\[(.*)\](?::\d+)?$/, "$1").replace(/^([\d.]+):\d+$/, "$1");
}

function isTrusted(address: string, trusted: TrustedProxies): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  const family = familyOf(plain);
  return family !== null && trusted.check(plain, family);
}

function familyOf(address: string): "ipv4" | "ipv6" | null {
  const version = isIP(address);
  return version === 0 ? null : version === 6 ? "ipv6" : "ipv4";
}
