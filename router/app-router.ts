import { correctProcedure, holds, positions, quarantine, retractProcedure, revertProcedure, tags } from "./curator.ts";
import { getFplaneProcedure, importFplaneProcedure, updateConfigProcedure } from "./fplane.ts";
import { bundleProcedure, getFplanesProcedure } from "./fplanes.ts";
import { onRevisionProcedure } from "./live.ts";
import { router } from "./procedures.ts";
import {
  blameProcedure,
  changes,
  check,
  diff,
  history,
  identifyProcedure,
  revisions,
  status,
  timeline,
} from "./record.ts";
import { usersRouter } from "./users.ts";

/** The typed side of the server: the same verbs as REST, one procedure each. */
export const appRouter = router({
  getFplane: getFplaneProcedure,
  getFplanes: getFplanesProcedure,
  bundle: bundleProcedure,
  diff,
  history,
  changes,
  revisions,
  blame: blameProcedure,
  identify: identifyProcedure,
  check,
  status,
  timeline,
  onRevision: onRevisionProcedure,
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
