import { describe, expect, test } from "bun:test";
import { keyDigest, newKey, sameDigest, withoutKeys } from "../../../src/service/users/keys.ts";
import { openKey, sealKey } from "../../../src/service/users/sealing.ts";

const SEALING_KEY = new Uint8Array(32).fill(1);
const OTHER = new Uint8Array(32).fill(2);

describe("a key", () => {
  test("is 24 random bytes in hex, as the old server made them", () => {
    const keys = new Set(Array.from({ length: 50 }, newKey));
    expect(keys.size).toBe(50);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{48}$/);
  });

  test("is looked up by its SHA-256, which is compared whole", () => {
    const digest = keyDigest("abc");
    expect(digest).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(sameDigest(digest, keyDigest("abc"))).toBe(true);
    expect(sameDigest(digest, keyDigest("abd"))).toBe(false);
    expect(sameDigest(digest, digest.slice(0, -1))).toBe(false);
  });

  test("is taken out of texts that others read, a digest is not", () => {
    const key = newKey();
    expect(withoutKeys(`apikey=${key}, KEY ${key.toUpperCase()}; ${keyDigest(key)}`)).toBe(
      `apikey=[key], KEY [key]; ${keyDigest(key)}`,
    );
  });
});

describe("a sealed key", () => {
  const key = newKey();
  const sealed = sealKey(key, "ada", SEALING_KEY);

  test("opens for its user with its sealing key, also when that is not the first one", () => {
    expect(openKey(sealed, "ada", [SEALING_KEY])).toBe(key);
    expect(openKey(sealed, "ada", [OTHER, SEALING_KEY])).toBe(key);
  });

  test("never looks the same twice, and does not contain the key", () => {
    expect(sealKey(key, "ada", SEALING_KEY)).not.toBe(sealed);
    expect(Buffer.from(sealed.split(":")[1] ?? "", "base64").includes(key)).toBe(false);
    expect(sealed).not.toContain(key);
  });

  const [id = "", text = ""] = sealed.split(":");
  const altered = Buffer.from(text, "base64");
  altered[40] = (altered[40] ?? 0) ^ 1;
  test.each([
    ["another user's name", sealed, "cora", SEALING_KEY],
    ["another sealing key", sealed, "ada", OTHER],
    ["a bit that was turned", `${id}:${altered.toString("base64")}`, "ada", SEALING_KEY],
    ["its end cut off", sealed.slice(0, 40), "ada", SEALING_KEY],
    ["nothing in it", "", "ada", SEALING_KEY],
  ])("does not open with %s", (_what, text, username, sealingKey) => {
    expect(() => openKey(text, username, [sealingKey])).toThrow(`the key of ${username} cannot be opened`);
  });
});
