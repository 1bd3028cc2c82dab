import { correctProcedure, holds, positions, quarantine, retractProcedure, revertProcedure, tags } from "./curator.ts";
import { getFplaneProcedure, importFplaneProcedure, updateConfigProcedure } from "./fplane.ts";
import { router } from "./procedures.ts";
import { blameProcedure, changes, check, diff, history, identifyProcedure, revisions, status } from "./record.ts";
import { usersRouter } from "./users.ts";

/** The typed side of the server: the same verbs as REST, one procedure each. */
export const appRouter = router({
  getFplane: getFplaneProcedure,
  diff,
  history,
  changes,
  revisions,
  blame: blameProcedure,
  identify: identifyProcedure,
  check,
  status,
  updateConfig: updateConfigProcedure,
  importFplane: importFplaneProcedure,
  correct: correctProcedure,
  retract: retractProcedure,
  revert: revertProcedure,
  positions,
  holds,
  tags,
  quarantine,
  users: usersRouter,
});

export type AppRouter = typeof appRouter;
