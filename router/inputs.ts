import { z } from "zod";
import { LAYOUTS } from "../src/domain/files/fplane-file.ts";
import { FORMAT_NAMES } from "../src/domain/formats/format.ts";

/** The inputs that several procedures take. */

export const asOf = z.string().optional().describe("a revision, a tag or a timestamp: what was known then");

/** How a date without a time is read. */
export const night = z.enum(["local", "ut"]).default("local");

export const variant = {
  actualPositions: z.boolean().default(false).describe("measured positions where there are any"),
  layout: z.enum(LAYOUTS).default("full"),
};

/** What is asked of each instant, whether of one or of many. */
export const question = {
  asOf,
  night,
  strict: z.boolean().default(false).describe("refuse what no hardware status confirms"),
  format: z.enum(FORMAT_NAMES).default("txt").describe("of the body"),
  ...variant,
};
