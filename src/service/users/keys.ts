import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 24 random bytes in hex, as the old server made them. */
export function newKey(): string {
  return randomBytes(24).toString("hex");
}

/** A key and nothing longer: of the digests in hex that are told and logged, none has its length. */
const KEY = /(?<![0-9a-f])[0-9a-f]{48}(?![0-9a-f])/gi;

/** For texts that others will read: a key can stand in whatever a client sent, also where it does not belong. */
export function withoutKeys(text: string): string {
  return text.replace(KEY, "[key]");
}

/** What a key is looked up by: it has 192 random bits, so a plain SHA-256 gives none of it away. */
export function keyDigest(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** Compares two digests in a time that does not tell where they differ. */
export function sameDigest(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
