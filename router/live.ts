import { newestRevisions } from "../src/service/news.ts";
import { revisionReport } from "../src/service/reports/record-report.ts";
import { reading } from "./procedures.ts";

/** The newest revision, and each newer one as it is made; it ends when the server stops. */
export const onRevisionProcedure = reading.subscription(async function* ({ ctx, signal }) {
  const { closing, end } = ctx.subscribe();
  try {
    const ended = signal === undefined ? closing : AbortSignal.any([signal, closing]);
    for await (const revision of newestRevisions(ctx.deps, ended)) yield revisionReport(revision);
  } finally {
    end();
  }
});
