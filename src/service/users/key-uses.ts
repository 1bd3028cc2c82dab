import type { Instant } from "../../domain/time/instant.ts";

/** When a key was last used, and from where. */
export type KeyUse = {
  readonly keySha256: string;
  readonly lastUsedAt: Instant;
  /** Null where it is not known. */
  readonly address: string | null;
};

/** Last uses of keys. They are beside the record: no revision knows of them, and no export. */
export interface KeyUses {
  all(): Promise<KeyUse[]>;
  /** Of one key at most one use a minute is kept, however many servers tell of it. */
  note(use: KeyUse): Promise<void>;
}
