import type { Context } from "hono";
import { FplaneError } from "../domain/errors.ts";
import type { Identity } from "../domain/role.ts";
import { identifyUser } from "../service/identify-user.ts";
import type { AppDeps, AppEnv } from "./app.ts";

/** Who sends the request; null for nobody in particular. @throws FplaneError `unknown-key`, `user-disabled` */
export async function identityOf(app: AppDeps, c: Context<AppEnv>): Promise<Identity | null> {
  const identity = await identifyUser(app.deps.store, c.req.header("authorization"));
  if (identity !== null) c.set("user", identity.username);
  return identity;
}

/** Reading is public, unless the setting says otherwise; then any user may. @throws FplaneError `no-key`, `unknown-key`, `user-disabled` */
export async function demandReader(app: AppDeps, c: Context<AppEnv>): Promise<void> {
  if (app.publicRead) return;
  if ((await identityOf(app, c)) === null) {
    throw new FplaneError("no-key", 'reading needs a key here: send "Authorization: FPS_API APIKEY=<key>"');
  }
}
