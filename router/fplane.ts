import { z } from "zod";
import { readPointing } from "../src/domain/plane/pointing.ts";
import { getFplane } from "../src/service/get-fplane.ts";
import { importFplane } from "../src/service/import-fplane.ts";
import { fplaneReport, importReport, updateReport } from "../src/service/reports/report.ts";
import { readQueued } from "../src/service/update/queued.ts";
import { updateConfig } from "../src/service/update-config.ts";
import { question, variant } from "./inputs.ts";
import { procedure, reading } from "./procedures.ts";

export const getFplaneProcedure = reading
  .input(
    z.strictObject({
      datestr: z.string().default("").describe("which instant; empty is now"),
      ...question,
      ra: z.number().optional().describe("where the telescope looks, degrees, ICRS: ds9 only, with dec and pa"),
      dec: z.number().optional(),
      pa: z.number().optional().describe("position angle of the focal plane, degrees"),
    }),
  )
  .query(async ({ ctx, input }) => {
    const pointing = readPointing(input, input.format);
    const answer = await getFplane(ctx.deps, input);
    if (answer.lasts) ctx.lasts();
    return fplaneReport(answer, input.format, pointing);
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
    const result = await updateConfig(ctx.deps, await ctx.identify(), { ...input, datestr: input.datestr, queued });
    for (const warning of result.warnings) ctx.remark(result.revision, warning);
    return updateReport(result);
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
