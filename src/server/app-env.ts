import type { Deps } from "../service/deps.ts";
import type { Caller } from "../service/permission.ts";
import type { TrustedProxies } from "./guards/client-address.ts";
import type { KeyLimits } from "./guards/key-guard.ts";
import type { Limits } from "./guards/limits.ts";
import type { Logger } from "./log/log.ts";
import type { Build } from "./metrics/gauges.ts";
import type { Outages } from "./outages.ts";

/** What the HTTP side works on. */
export type AppDeps = {
  readonly deps: Deps;
  readonly log: Logger;
  /** Whether reading needs no key. */
  readonly publicRead: boolean;
  readonly limits: Limits;
  readonly keyLimits: KeyLimits;
  /** Whose word about the client's address is believed. */
  readonly trusted: TrustedProxies;
  /** Whether clients speak HTTPS to it. */
  readonly secure: boolean;
  /** Aborted when the server stops: who is told of what happens is let go. Without it that is never. */
  readonly closing?: AbortSignal;
  /** Says when the database goes and when it is back; one of its own where nobody looks at the database. */
  readonly outages?: Outages;
  /** What the metrics tell of the program. */
  readonly build?: Build;
};

/** What is known of a request while it is answered. */
export type AppEnv = {
  Bindings: { readonly ip?: string };
  Variables: {
    log: Logger;
    requestId: string;
    ip: string | null;
    caller: Caller;
    user?: string;
    /** The body of an answer that stays true, for everybody, until a newer revision. */
    lasting?: Uint8Array<ArrayBuffer>;
    /** Whether that is so of each of the calls of a tRPC request. */
    isLasting?: boolean;
  };
};
