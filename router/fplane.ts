import { z } from "zod";
import { isFixed } from "../src/domain/night.ts";
import { getFplane } from "../src/service/get-fplane.ts";
import { importFplane } from "../src/service/import-fplane.ts";
import { readQueued } from "../src/service/queued.ts";
import { fplaneReport, importReport, updateReport } from "../src/service/report.ts";
import { updateConfig } from "../src/service/update-config.ts";
import { procedure, reading } from "./procedures.ts";

export const variant = {
  actualPositions: z.boolean().default(false).describe("measured positions where there are any"),
  layout: z.enum(["full", "short", "all-slots"]).default("full"),
};

export const getFplaneProcedure = reading
  .input(
    z.strictObject({
      datestr: z.string().default("").describe("which instant; empty is now"),
      asOf: z.string().optional().describe("a revision, a tag or a timestamp: what was known then"),
      night: z.enum(["local", "ut"]).default("local"),
      strict: z.boolean().default(false),
      format: z.enum(["txt", "json", "csv", "ecsv", "ds9"]).default("txt").describe("of the body"),
      ...variant,
    }),
  )
  .query(async ({ ctx, input }) => {
    const answer = await getFplane(ctx.deps, input);
    if (answer.staleSince === null && isFixed(input.datestr)) ctx.lasts();
    return fplaneReport(answer, input.format);
  });

export const updateConfigProcedure = procedure
  .input(
    z.strictObject({
      config: z.unknown().describe("what the telescope control system answered to get_hardware_status"),
      commit: z.boolean().default(false),
      force: z.boolean().default(false).describe("pass the gate; needs a curator"),
      datestr: z.string().optional().describe("start of the new configuration; default: the status's data time"),
      queued: z
        .strictObject({
          takenAt: z.string().describe("when the client took the status, RFC 3339"),
          id: z.string().describe("the same each time that this status is sent"),
        })
        .optional()
        .describe("from a client that could not reach the server"),
      ...variant,
    }),
  )
  .mutation(async ({ ctx, input }) => {
    const queued = input.queued && readQueued(input.queued.takenAt, input.queued.id);
    return updateReport(
      await updateConfig(ctx.deps, await ctx.identify(), { ...input, datestr: input.datestr, queued }),
    );
  });

export const importFplaneProcedure = procedure
  .input(
    z.strictObject({
      files: z
        .array(z.strictObject({ name: z.string(), text: z.string(), from: z.string(), until: z.string().optional() }))
        .min(1),
      actual: z.boolean().default(false),
      drop: z.array(z.string()).default([]),
      force: z.boolean().default(false),
      reason: z.string(),
      commit: z.boolean().default(false),
    }),
  )
  .mutation(async ({ ctx, input }) => importReport(await importFplane(ctx.deps, await ctx.identify(), input)));
