import { z } from "zod";
import { type AnswerEntry, distinctBodies, type ErrorEntry } from "../src/domain/answer/answer-entry.ts";
import { FplaneError } from "../src/domain/errors.ts";
import { getBundle } from "../src/service/bundle.ts";
import { getConfigurations, type StretchEntry } from "../src/service/get-configurations.ts";
import { type DateEntry, type Fplanes, getFplanes, nightsBetween } from "../src/service/get-fplanes.ts";
import { entryReporter } from "../src/service/reports/fplanes-report.ts";
import { asOf, question } from "./inputs.ts";
import { reading } from "./procedures.ts";

export const getFplanesProcedure = reading
  .input(
    z.strictObject({
      dates: z.array(z.string()).optional().describe("an entry per date; else an entry per configuration of a span"),
      from: z.string().optional().describe("start of the span; by default the first record"),
      to: z.string().optional().describe("its end; by default none, with nights now"),
      nights: z.boolean().default(false).describe("an entry per night of the span"),
      ...question,
    }),
  )
  .query(async ({ ctx, input: { dates, from, to, nights, format, ...asked } }) => {
    const isSpan = from !== undefined || to !== undefined || nights;
    if (dates !== undefined && isSpan)
      throw new FplaneError("bad-parameter", "ask for dates or for a span (from, to, nights), not for both");
    if (dates === undefined && !nights)
      return await whole(await getConfigurations(ctx.deps, { ...asked, from, to }), format);
    if (dates === undefined && from === undefined)
      throw new FplaneError("bad-parameter", "nights needs from, the first night");
    const all = dates ?? nightsBetween(ctx.deps, { from: from ?? "", to, night: asked.night }, ctx.mostDates);
    return await whole(await getFplanes(ctx.deps, { ...asked, dates: all }, ctx.mostDates), format);
  });

/** Everything in one answer, the bodies by their digest. */
async function whole(
  { revision, entries }: Fplanes<DateEntry | StretchEntry>,
  format: Parameters<typeof entryReporter>[0],
) {
  const [report, first] = [entryReporter(format), distinctBodies()];
  const told: (AnswerEntry | ErrorEntry)[] = [];
  const bodies: Record<string, string> = {};
  for await (const entry of entries) {
    const reported = report(entry);
    told.push(reported.entry);
    const body = first(reported);
    if (body !== null && "digest" in reported.entry) bodies[reported.entry.digest] = body;
  }
  return { revision, entries: told, bodies };
}

export const bundleProcedure = reading.input(z.strictObject({ asOf })).query(async ({ ctx, input }) => {
  const { revision, pinned, lines } = await getBundle(ctx.deps, input.asOf);
  const parts: string[] = [];
  for await (const line of lines) parts.push(line);
  return { revision, pinned, filename: `fplane-bundle-${revision}.ndjson`, body: parts.join("") };
});
