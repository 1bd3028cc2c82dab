import { FplaneError } from "../src/domain/errors.ts";
import type { Format } from "../src/domain/formats/format.ts";
import type { Layout } from "../src/domain/fplane-file.ts";

/** What `get` is asked for, of one date or of many. */
export type Question = {
  readonly asOf: string | undefined;
  readonly night: "local" | "ut";
  readonly strict: boolean;
  readonly actualPositions: boolean;
  readonly layout: Layout;
  readonly format: Format;
};

/** Its options may be changed, as citty wants it. */
const FORMAT_ARG: {
  readonly type: "enum";
  options: string[];
  readonly default: string;
  readonly description: string;
} = {
  type: "enum",
  options: ["txt", "json", "csv", "ecsv", "ds9"],
  default: "txt",
  description: "form of the answer",
};

/** The flags that say it. */
export const QUESTION_ARGS = {
  short: { type: "boolean", alias: "s", description: "only the active VIRUS units" },
  "actual-pos": { type: "boolean", alias: "p", description: "measured positions where there are any" },
  "all-slots": { type: "boolean", description: "every seat, no row commented out" },
  format: FORMAT_ARG,
  "as-of": { type: "string", valueHint: "REV|TAG|TIME", description: "as it was known at a revision, a tag or a time" },
  ut: { type: "boolean", description: "a date without a time is a UT date, the way data are named" },
  strict: { type: "boolean", description: "refuse an answer that no hardware status confirms" },
} as const;

type QuestionArgs = {
  readonly short?: boolean | undefined;
  readonly "actual-pos"?: boolean | undefined;
  readonly "all-slots"?: boolean | undefined;
  readonly format: string;
  readonly "as-of"?: string | undefined;
  readonly ut?: boolean | undefined;
  readonly strict?: boolean | undefined;
};

/** @throws FplaneError `bad-parameter` */
export function questionOf(args: QuestionArgs): Question {
  if (args.short && args["all-slots"])
    throw new FplaneError("bad-parameter", "--short and --all-slots exclude each other");
  return {
    asOf: args["as-of"],
    night: args.ut ? "ut" : "local",
    strict: args.strict ?? false,
    actualPositions: args["actual-pos"] ?? false,
    layout: args.short ? "short" : args["all-slots"] ? "all-slots" : "full",
    format: args.format as Format,
  };
}
