import { instantTextOrNull } from "../../domain/time/instant.ts";
import type { UserSummary } from "../users/user-record.ts";
import type { ListedUser } from "../users.ts";

/** Users as tRPC and the command line tell them: instants as RFC 3339 text in UTC. */

export function userReport({ keyExpiresAt, previousKeyUntil, ...user }: UserSummary) {
  return {
    ...user,
    keyExpiresAt: instantTextOrNull(keyExpiresAt),
    previousKeyUntil: instantTextOrNull(previousKeyUntil),
  };
}

export function listedUserReport({ lastUse, ...user }: ListedUser) {
  const { lastUsedAt = null, address = null } = lastUse ?? {};
  return { ...userReport(user), lastUsedAt: instantTextOrNull(lastUsedAt), lastUsedFrom: address };
}
