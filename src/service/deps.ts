import type { GateLimits } from "../domain/status/gate.ts";
import type { StatusAliases } from "../domain/status/hardware-names.ts";
import type { Clock } from "../domain/time/instant.ts";
import type { Answers } from "./memory/answers.ts";
import type { Store } from "./store.ts";

/** What the services work on. Each verb is a function of this, of who asks, and of what is asked. */
export type Deps = {
  readonly store: Store;
  /** What has been answered, kept in memory. */
  readonly answers: Answers;
  readonly clock: Clock;
  /** The telescope's time zone (IANA), for nights. */
  readonly timeZone: string;
  /** The telescope's own names in a hardware status, beside the built-in ones. */
  readonly statusAliases: StatusAliases;
  /** What a hardware status may change before a curator has to look at it. */
  readonly gate: GateLimits;
  /** The keys, 32 bytes each, with which users' keys are sealed: the one of KEY_FILE, and a second while it is changed. */
  readonly sealingKeys: () => readonly Uint8Array[];
  /** How long an old key stays valid after a rotation that does not say. */
  readonly keyGraceHours: number;
};
