import { z } from "zod";
import { correct } from "../src/service/correct.ts";
import { addHold, listHolds, releaseHold } from "../src/service/holds.ts";
import { setPositions } from "../src/service/positions.ts";
import { curationReport, holdReport, tagReport } from "../src/service/reports/record-report.ts";
import { updateReport } from "../src/service/reports/report.ts";
import { retract } from "../src/service/retract.ts";
import { revert } from "../src/service/revert.ts";
import { addTag, listTags } from "../src/service/tags.ts";
import { discardUpload, releaseUpload } from "../src/service/uploads.ts";
import { procedure, reading, router } from "./procedures.ts";

const bounds = {
  from: z.string().describe("a datestr; a date without a time is the noon at which that night begins"),
  until: z.string().optional().describe("a datestr, or open; by default the seat's next recorded change"),
};

const reason = z.string().describe("why: mandatory");

const curation = {
  reason,
  base: z.int().nonnegative().optional().describe("refuse if a newer revision touches the same seats"),
  commit: z.boolean().default(false).describe("without it: a preview"),
};

const seats = z.array(z.string()).default([]).describe("IFU slots; empty for every VIRUS seat");

export const correctProcedure = procedure
  .input(
    z.strictObject({
      corrections: z.array(z.strictObject({ ifuslot: z.string(), ...bounds, set: z.record(z.string(), z.string()) })),
      ...curation,
    }),
  )
  .mutation(async ({ ctx, input }) => curationReport(await correct(ctx.deps, await ctx.identify(), input)));

export const retractProcedure = procedure
  .input(z.strictObject({ ifuslots: seats, ...bounds, ...curation }))
  .mutation(async ({ ctx, input }) => curationReport(await retract(ctx.deps, await ctx.identify(), input)));

export const revertProcedure = procedure
  .input(z.strictObject({ revision: z.int().positive(), ...curation }))
  .mutation(async ({ ctx, input }) => curationReport(await revert(ctx.deps, await ctx.identify(), input)));

export const positions = router({
  set: procedure
    .input(
      z.strictObject({
        name: z.string(),
        text: z.string().describe("IFUSLOT X Y a line, arcsec; or a focal-plane file"),
        drop: z.array(z.string()).default([]),
        force: z.boolean().default(false),
        ...bounds,
        ...curation,
      }),
    )
    .mutation(async ({ ctx, input }) => curationReport(await setPositions(ctx.deps, await ctx.identify(), input))),
});

export const holds = router({
  add: procedure.input(z.strictObject({ ifuslots: seats, ...bounds, ...curation })).mutation(async ({ ctx, input }) => {
    const { committed, base, ...hold } = await addHold(ctx.deps, await ctx.identify(), input);
    return { ...holdReport(hold), committed, base };
  }),
  list: reading.query(async ({ ctx }) => (await listHolds(ctx.deps)).map(holdReport)),
  release: procedure
    .input(z.strictObject({ hold: z.int().positive(), reason, commit: curation.commit }))
    .mutation(async ({ ctx, input }) => releaseHold(ctx.deps, await ctx.identify(), input)),
});

export const tags = router({
  add: procedure
    .input(
      z.strictObject({
        name: z.string(),
        asOf: z.string().optional(),
        horizon: z.string().optional(),
        reason: z.string().default(""),
      }),
    )
    .mutation(async ({ ctx, input }) => tagReport(await addTag(ctx.deps, await ctx.identify(), input))),
  list: reading.query(async ({ ctx }) => (await listTags(ctx.deps)).map(tagReport)),
});

export const quarantine = router({
  release: procedure
    .input(z.strictObject({ upload: z.int().positive(), reason, commit: z.boolean().default(false) }))
    .mutation(async ({ ctx, input }) => updateReport(await releaseUpload(ctx.deps, await ctx.identify(), input))),
  discard: procedure
    .input(z.strictObject({ upload: z.int().positive(), reason }))
    .mutation(async ({ ctx, input }) => discardUpload(ctx.deps, await ctx.identify(), input)),
});
