import { z } from "zod";
import { ROLES } from "../src/domain/role.ts";
import { addUser, listUsers, rotateKey, setUserEnabled, setUserRole, userKey } from "../src/service/users.ts";
import { procedure, router } from "./procedures.ts";

const named = z.strictObject({ username: z.string() });

export const usersRouter = router({
  add: procedure
    .input(
      z.strictObject({
        username: z.string(),
        role: z.enum(ROLES).default("updater"),
        firstName: z.string(),
        lastName: z.string(),
        email: z.email(),
      }),
    )
    .mutation(async ({ ctx, input }) => addUser(ctx.deps, await ctx.identify(), input)),
  list: procedure.query(async ({ ctx }) => listUsers(ctx.deps, await ctx.identify())),
  key: procedure.input(named).query(async ({ ctx, input }) => userKey(ctx.deps, await ctx.identify(), input.username)),
  rotate: procedure
    .input(named)
    .mutation(async ({ ctx, input }) => rotateKey(ctx.deps, await ctx.identify(), input.username)),
  enable: procedure
    .input(named)
    .mutation(async ({ ctx, input }) => setUserEnabled(ctx.deps, await ctx.identify(), input.username, true)),
  disable: procedure
    .input(named)
    .mutation(async ({ ctx, input }) => setUserEnabled(ctx.deps, await ctx.identify(), input.username, false)),
  setRole: procedure
    .input(named.extend({ role: z.enum(ROLES) }))
    .mutation(async ({ ctx, input }) => setUserRole(ctx.deps, await ctx.identify(), input.username, input.role)),
});
