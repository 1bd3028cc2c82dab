import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { FplaneError } from "../../domain/errors.ts";

/**
 * Users' keys are kept sealed with AES-256-GCM under the sealing key, 32 bytes that are in no database. A sealed text is
 * `id:base64`; the id tells which sealing key it was. Those without an id are older.
 */
const SEALED = /^(?:([0-9a-f]{12}):)?([A-Za-z0-9+/=]+)$/;

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A name for a sealing key that gives none of it away. */
function sealingKeyId(sealingKey: Uint8Array): string {
  return createHash("sha256").update("fplane sealing key ").update(sealingKey).digest("hex").slice(0, 12);
}

/** Seals a key, bound to its user, so that a sealed key copied to another user does not open. */
export function sealKey(key: string, username: string, sealingKey: Uint8Array): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", sealingKey, nonce).setAAD(Buffer.from(username));
  const sealed = Buffer.concat([cipher.update(key, "utf8"), cipher.final()]);
  const bytes = Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  return `${sealingKeyId(sealingKey)}:${bytes.toString("base64")}`;
}

/**
 * Opens what `sealKey` sealed with one of the sealing keys.
 *
 * @throws FplaneError `unavailable` when it was sealed with none of them, or was altered
 */
export function openKey(sealed: string, username: string, sealingKeys: readonly Uint8Array[]): string {
  const [, id, text = ""] = SEALED.exec(sealed) ?? [];
  for (const sealingKey of sealingKeys) {
    if (id !== undefined && id !== sealingKeyId(sealingKey)) continue;
    const key = opened(Buffer.from(text, "base64"), username, sealingKey);
    if (key !== null) return key;
  }
  const known = id === undefined || sealingKeys.some((sealingKey) => sealingKeyId(sealingKey) === id);
  const why = known ? "it was altered, or sealed with another key" : `it is sealed with the key ${id}`;
  throw new FplaneError(
    "unavailable",
    `the key of ${username} cannot be opened with KEY_FILE: ${why}. It is still valid; put the right file in place, or ` +
      `give the user a new key (fplane user rotate ${username})`,
  );
}

function opened(bytes: Buffer, username: string, sealingKey: Uint8Array): string | null {
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  try {
    const decipher = createDecipheriv("aes-256-gcm", sealingKey, bytes.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(username))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

/** Whether the text was sealed with this key. */
export function isSealedWith(sealed: string, sealingKey: Uint8Array): boolean {
  return SEALED.exec(sealed)?.[1] === sealingKeyId(sealingKey);
}

/**
 * With which of the sealing keys to seal: while `keys reseal` is under way there are two, and the newest user tells
 * whether it has happened.
 */
export function sealingKeyInUse(
  users: readonly { readonly rev: number; readonly keySealed: string }[],
  sealingKeys: readonly Uint8Array[],
): Uint8Array {
  const [newest] = users.toSorted((a, b) => b.rev - a.rev);
  const [first] = sealingKeys;
  if (first === undefined) throw new Error("there is no sealing key");
  return sealingKeys.find((key) => newest !== undefined && isSealedWith(newest.keySealed, key)) ?? first;
}
