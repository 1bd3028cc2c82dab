import { z } from "zod";
import { readFrameList, readFrames } from "../src/domain/files/frames.ts";
import { blame } from "../src/service/blame.ts";
import { getChanges } from "../src/service/changes.ts";
import { checkFrames } from "../src/service/check.ts";
import { getDiff } from "../src/service/diff.ts";
import { getHistory } from "../src/service/history.ts";
import { identify } from "../src/service/identify.ts";
import {
  blameReport,
  changesReport,
  checkReport,
  diffReport,
  historyReport,
  identifiedReport,
  revisionReport,
  statusReport,
  timelineReport,
} from "../src/service/reports/record-report.ts";
import { getRevision, listRevisions } from "../src/service/revisions.ts";
import { getStatus } from "../src/service/status.ts";
import { getTimeline } from "../src/service/timeline.ts";
import { asOf, night } from "./inputs.ts";
import { reading, router } from "./procedures.ts";

export const diff = reading
  .input(
    z.strictObject({
      a: z.string(),
      b: z.string(),
      asOfA: asOf,
      asOfB: asOf,
      actualPositions: z.boolean().default(false),
      night,
    }),
  )
  .query(async ({ ctx, input }) => diffReport(await getDiff(ctx.deps, input)));

export const history = reading
  .input(z.strictObject({ kind: z.enum(["ifuslot", "specid", "ifuid", "contid"]), id: z.string(), asOf }))
  .query(async ({ ctx, input }) => historyReport(await getHistory(ctx.deps, input)));

export const changes = reading
  .input(z.strictObject({ fromRev: z.string(), toRev: z.string().optional() }))
  .query(async ({ ctx, input }) => changesReport(await getChanges(ctx.deps, input)));

export const revisions = router({
  list: reading
    .input(z.strictObject({ before: z.int().positive().optional(), limit: z.int().min(1).max(1000).default(50) }))
    .query(async ({ ctx, input }) => (await listRevisions(ctx.deps, input)).map(revisionReport)),
  get: reading.input(z.strictObject({ rev: z.int().positive() })).query(async ({ ctx, input }) => {
    const { body, ...revision } = await getRevision(ctx.deps, input.rev);
    return { ...revisionReport(revision), body };
  }),
});

export const blameProcedure = reading
  .input(z.strictObject({ datestr: z.string().default(""), asOf, night }))
  .query(async ({ ctx, input }) => blameReport(await blame(ctx.deps, input)));

export const identifyProcedure = reading
  .input(z.strictObject({ sha256: z.string() }))
  .query(async ({ ctx, input }) => (await identify(ctx.deps, input.sha256)).map(identifiedReport));

const rawFrame = z.record(z.string(), z.unknown());

export const check = reading
  .input(
    z.strictObject({
      frames: z.union([z.string().describe("a list, a frame a line"), z.array(rawFrame)]),
      asOf,
    }),
  )
  .mutation(async ({ ctx, input }) => {
    const frames =
      typeof input.frames === "string"
        ? readFrameList(input.frames)
        : readFrames(input.frames.map((raw, i) => ({ line: i + 1, raw })));
    return checkReport(await checkFrames(ctx.deps, { frames, asOf: input.asOf }));
  });

export const timeline = reading
  .input(z.strictObject({ asOf }))
  .query(async ({ ctx, input }) => timelineReport(await getTimeline(ctx.deps, input.asOf)));

export const status = reading.query(async ({ ctx }) => statusReport(await getStatus(ctx.deps)));
