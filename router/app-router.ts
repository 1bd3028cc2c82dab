import { getFplaneProcedure, importFplaneProcedure, updateConfigProcedure } from "./fplane.ts";
import { router } from "./procedures.ts";
import { usersRouter } from "./users.ts";

/** The typed side of the server: the same verbs as REST, one procedure each. */
export const appRouter = router({
  getFplane: getFplaneProcedure,
  updateConfig: updateConfigProcedure,
  importFplane: importFplaneProcedure,
  users: usersRouter,
});

export type AppRouter = typeof appRouter;
