import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

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

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals a key with AES-256-GCM, bound to its user, so that a sealed key copied to another user does not open.
 *
 * @param sealingKey 32 bytes
 */
export function sealKey(key: string, username: string, sealingKey: Uint8Array): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", sealingKey, nonce).setAAD(Buffer.from(username));
  const sealed = Buffer.concat([cipher.update(key, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
}

/** Opens what `sealKey` sealed. Throws when the sealing key is another, or the text was tampered with. */
export function openKey(sealed: string, username: string, sealingKey: Uint8Array): string {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", sealingKey, bytes.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(username))
    .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString("utf8");
}
