import { z } from "zod";
import { FplaneError } from "../src/domain/errors.ts";
import { ROLES } from "../src/domain/role.ts";
import { listedUserReport, userReport } from "../src/service/reports/user-report.ts";
import { rotateKey, userKey } from "../src/service/user-keys.ts";
import { addUser, listUsers, setUserEnabled, setUserRole } from "../src/service/users.ts";
import { procedure, router } from "./procedures.ts";

const expires = z
  .string()
  .optional()
  .describe("when the key expires: a datestr (a date without a time is the noon at which that night begins), or never");

const named = z.strictObject({ username: z.string() });

export const usersRouter = router({
  me: procedure.query(async ({ ctx }) => {
    const identity = await ctx.identify();
    if (identity === null) throw new FplaneError("no-key", "who are you? Send a key");
    return identity;
  }),
  add: procedure
    .input(
      z.strictObject({
        username: z.string(),
        role: z.enum(ROLES).default("updater"),
        firstName: z.string(),
        lastName: z.string(),
        email: z.email(),
        expires,
      }),
    )
    .mutation(async ({ ctx, input }) => addUser(ctx.deps, await ctx.identify(), input)),
  list: procedure.query(async ({ ctx }) => (await listUsers(ctx.deps, await ctx.identify())).map(listedUserReport)),
  key: procedure.input(named).query(async ({ ctx, input }) => userKey(ctx.deps, await ctx.identify(), input.username)),
  rotate: procedure
    .input(named.extend({ expires, grace: z.string().optional().describe("how long the old key stays valid: 24h") }))
    .mutation(async ({ ctx, input }) => rotateKey(ctx.deps, await ctx.identify(), input.username, input)),
  enable: procedure
    .input(named)
    .mutation(async ({ ctx, input }) =>
      userReport(await setUserEnabled(ctx.deps, await ctx.identify(), input.username, true)),
    ),
  disable: procedure
    .input(named)
    .mutation(async ({ ctx, input }) =>
      userReport(await setUserEnabled(ctx.deps, await ctx.identify(), input.username, false)),
    ),
  setRole: procedure
    .input(named.extend({ role: z.enum(ROLES) }))
    .mutation(async ({ ctx, input }) =>
      userReport(await setUserRole(ctx.deps, await ctx.identify(), input.username, input.role)),
    ),
});
