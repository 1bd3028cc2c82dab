import type { Context, MiddlewareHandler } from "hono";
import type { Identity } from "../../domain/role.ts";
import type { Caller } from "../../service/permission.ts";
import type { AppEnv } from "../app-env.ts";
import type { KeyGuard } from "./key-guard.ts";

/** Makes the caller known to what follows. @throws FplaneError `too-many-requests` for a request with a key from an address that guesses keys */
export function knowCaller(guard: KeyGuard): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    c.set("caller", callerOf(c, guard));
    await next();
  };
}

const NOBODY: Caller = { identify: async () => null, countWrite: async () => {} };

function callerOf(c: Context<AppEnv>, guard: KeyGuard): Caller {
  const authorization = c.req.header("authorization");
  if (authorization === undefined || authorization === "") return NOBODY;
  const address = c.var.ip;
  guard.admit(address);
  let asked: Promise<Identity | null> | undefined;
  const identify = async () => {
    asked ??= guard.identify(authorization, address);
    const identity = await asked;
    if (identity !== null) c.set("user", identity.username);
    return identity;
  };
  return {
    identify,
    countWrite: async () => {
      const identity = await identify();
      if (identity !== null) guard.countWrite(identity);
    },
  };
}
