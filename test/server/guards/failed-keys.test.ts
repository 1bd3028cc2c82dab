import { describe, expect, test } from "bun:test";
import { countFailedKeys, networkOf } from "../../../src/server/guards/failed-keys.ts";

const ADDRESS = "192.0.2.1";

/** Three a minute, at a time that the test holds (seconds). */
function counter(most?: number) {
  let now = 1_000_000;
  const failed = countFailedKeys(3, () => now, most);
  const at = (seconds: number) => {
    now = 1_000_000 + seconds * 1000;
  };
  return { ...failed, at };
}

describe("wrong keys from one address", () => {
  test("make it wait until the oldest of them is a minute old", () => {
    const { note, wait, at } = counter();
    for (const seconds of [0, 10, 20]) {
      at(seconds);
      expect(wait(ADDRESS)).toBe(0);
      note(ADDRESS);
    }
    expect(wait(ADDRESS)).toBe(40);
    at(59.5);
    expect(wait(ADDRESS)).toBe(1);
    at(60);
    expect(wait(ADDRESS)).toBe(0);
    note(ADDRESS);
    expect(wait(ADDRESS)).toBe(10);
  });

  test("are forgotten after a minute, and are that address's alone", () => {
    const { note, wait, at } = counter();
    for (const seconds of [0, 30, 61, 91]) {
      at(seconds);
      note(ADDRESS);
    }
    expect(wait(ADDRESS)).toBe(0);
    note(ADDRESS);
    expect(wait(ADDRESS)).toBeGreaterThan(0);
    expect(wait("192.0.2.2")).toBe(0);
  });

  test("are remembered of a bounded number of addresses: those that failed last", () => {
    const { note, wait } = counter(2);
    for (let i = 0; i < 3; i += 1) note(ADDRESS);
    note("192.0.2.2");
    expect(wait(ADDRESS)).toBe(60);
    note("192.0.2.3");
    expect(wait(ADDRESS)).toBe(0);
  });

  test("are not counted where any number may be tried", () => {
    const { note, wait } = countFailedKeys(0, () => 0);
    for (let i = 0; i < 100; i += 1) note(ADDRESS);
    expect(wait(ADDRESS)).toBe(0);
  });
});

describe("the network of an address", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::ffff:c000:201", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:1:2::", "2001:db8:1:2::/64"],
    ["2001:db8::9", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["1::", "1:0:0:0::/64"],
  ])("of %s is %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
