import { describe, expect, test } from "bun:test";
import { clientAddress, trustedProxies } from "../../../src/server/guards/client-address.ts";

const PROXIES = trustedProxies(["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8"]);

describe("the client's address", () => {
  test.each([
    ["192.0.2.1", undefined, "192.0.2.1", "without a proxy it is that of the connection"],
    ["192.0.2.1", "203.0.113.9", "192.0.2.1", "what a client says of itself is not believed"],
    ["127.0.0.1", "203.0.113.9", "203.0.113.9", "what a trusted proxy says is"],
    ["127.0.0.1", "198.51.100.7, 203.0.113.9", "203.0.113.9", "only what the proxy itself has added is"],
    ["127.0.0.1", "203.0.113.9, 10.1.2.3", "203.0.113.9", "through two trusted proxies"],
    ["::ffff:127.0.0.1", "203.0.113.9", "203.0.113.9", "an IPv4 proxy on an IPv6 socket"],
    ["::1", "2001:db8::5", "2001:db8::5", "an IPv6 client"],
    ["fd00::7", "[2001:db8::5]", "2001:db8::5", "in brackets"],
    ["127.0.0.1", "203.0.113.9:51234", "203.0.113.9", "with the port, as some proxies add it"],
    ["127.0.0.1", "[2001:db8::5]:51234", "2001:db8::5", "an IPv6 client with its port"],
    ["127.0.0.1", 'evil"}', "127.0.0.1", "what is no address is not believed"],
    ["127.0.0.1", "", "127.0.0.1", "an empty header"],
    [undefined, "203.0.113.9", null, "without a connection nothing is known"],
  ])("%p saying %p is %p: %s", (peer, forwarded, expected, _why) => {
    expect(clientAddress(peer, forwarded, PROXIES)).toBe(expected);
  });

  test.each([
    "300.0.0.1",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "10.0.0.0/0x8",
    "localhost",
    "::1/129",
    "10.0.0.0/x",
    "",
  ])("%p is no proxy", (entry) => {
    expect(() => trustedProxies([entry])).toThrow("is no address or network");
  });
});
