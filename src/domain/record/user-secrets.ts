import { sha256 } from "../digest.ts";
import { type Instant, instantOf, instantText } from "../time/instant.ts";

/** What of a user stays out of the hashed body. */
export type UserSecrets = {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** SHA-256 of the key, in hex: what the key is looked up by. */
  readonly keySha256: string;
  /** The key, sealed under the key file. */
  readonly keySealed: string;
  /** From then on the key is refused; null: never. */
  readonly keyExpiresAt: Instant | null;
  /** The key before the last rotation, and until when it is taken beside the new one; both or neither. */
  readonly previousKeySha256: string | null;
  readonly previousKeyUntil: Instant | null;
  /** Salts the digest that stands for these fields in the hashed body. */
  readonly salt: string;
};

/** Only these fields, of whatever holds more. */
export function secretsOf(user: UserSecrets): UserSecrets {
  const { firstName, lastName, email, keySha256, keySealed, salt } = user;
  const { keyExpiresAt, previousKeySha256, previousKeyUntil } = user;
  return {
    ...{ firstName, lastName, email, keySha256, keySealed, salt },
    ...{ keyExpiresAt, previousKeySha256, previousKeyUntil },
  };
}

/** What stands for the secrets in the hashed body: salted, so that it can be shown and they cannot be guessed. */
export function secretsDigest(secrets: UserSecrets): string {
  const { salt, firstName, lastName, email, keySha256, keySealed } = secrets;
  const { keyExpiresAt, previousKeySha256, previousKeyUntil } = secretsJson(secrets);
  const validity = [keyExpiresAt ?? null, previousKeySha256 ?? null, previousKeyUntil ?? null];
  const said = validity.some((part) => part !== null) ? validity : []; // so were all before keys could expire
  return sha256(JSON.stringify([salt, firstName, lastName, email, keySha256, keySealed, ...said]));
}

/** Secrets in JSON: what is null is left out. */
export type SecretsJson = Pick<UserSecrets, "firstName" | "lastName" | "email" | "keySha256" | "keySealed" | "salt"> & {
  readonly keyExpiresAt?: string;
  readonly previousKeySha256?: string;
  readonly previousKeyUntil?: string;
};

/** As a line of an export holds them; instants in RFC 3339, UTC. */
export function secretsJson(secrets: UserSecrets): SecretsJson {
  const { keyExpiresAt, previousKeySha256, previousKeyUntil, ...rest } = secretsOf(secrets);
  return {
    ...rest,
    ...(keyExpiresAt === null ? {} : { keyExpiresAt: instantText(keyExpiresAt) }),
    ...(previousKeySha256 === null ? {} : { previousKeySha256 }),
    ...(previousKeyUntil === null ? {} : { previousKeyUntil: instantText(previousKeyUntil) }),
  };
}

/** Reads what `secretsJson` wrote. Throws a RangeError for what is no instant. */
export function readSecrets({ keyExpiresAt, previousKeySha256, previousKeyUntil, ...rest }: SecretsJson): UserSecrets {
  return {
    ...rest,
    keyExpiresAt: keyExpiresAt === undefined ? null : instantOf(keyExpiresAt),
    previousKeySha256: previousKeySha256 ?? null,
    previousKeyUntil: previousKeyUntil === undefined ? null : instantOf(previousKeyUntil),
  };
}
