import type { ParsedArgs } from "citty";
import { FplaneError } from "../../src/domain/errors.ts";
import type { Layout } from "../../src/domain/files/fplane-file.ts";
import type { Format } from "../../src/domain/formats/format.ts";
import { readPointing } from "../../src/domain/plane/pointing.ts";
import type { Pointing } from "../../src/domain/plane/sky.ts";
import { AS_OF_ARG, nightOf, UT_ARG } from "../command-line/reading-args.ts";

/** What `get` is asked for, of one date or of many. */
export type Question = {
  readonly asOf: string | undefined;
  readonly night: "local" | "ut";
  readonly strict: boolean;
  readonly actualPositions: boolean;
  readonly layout: Layout;
  readonly format: Format;
  /** For regions in the sky; of one date only. */
  readonly pointing?: Pointing | undefined;
};

/** Each format there is, or this does not compile: to load what renders them would delay every `get`. */
const FORMATS: Readonly<Record<Format, true>> = { txt: true, json: true, csv: true, ecsv: true, ds9: true };

/** Its options may be changed, as citty wants it. */
const FORMAT_ARG: {
  readonly type: "enum";
  options: string[];
  readonly default: string;
  readonly description: string;
} = {
  type: "enum",
  options: Object.keys(FORMATS),
  default: "txt",
  description: "form of the answer",
};

/** The flags that say it. */
export const QUESTION_ARGS = {
  short: { type: "boolean", alias: "s", description: "only the active VIRUS units" },
  "actual-pos": { type: "boolean", alias: "p", description: "measured positions where there are any" },
  "all-slots": { type: "boolean", description: "every seat, no row commented out" },
  format: FORMAT_ARG,
  ra: {
    type: "string",
    valueHint: "DEGREES",
    description: "with --format ds9, for regions in the sky: right ascension of the IHMP centre",
  },
  dec: { type: "string", valueHint: "DEGREES", description: "declination of the centre, ICRS; of the south --dec=-5" },
  pa: { type: "string", valueHint: "DEGREES", description: "position angle of the focal plane" },
  ...AS_OF_ARG,
  ...UT_ARG,
  strict: { type: "boolean", description: "refuse an answer that no hardware status confirms" },
} as const;

type QuestionArgs = ParsedArgs<typeof QUESTION_ARGS>;

/** @throws FplaneError `bad-parameter` */
export function questionOf(args: QuestionArgs): Question {
  if (args.short && args["all-slots"])
    throw new FplaneError("bad-parameter", "--short and --all-slots exclude each other");
  const pointing = readPointing(args, args.format);
  return {
    asOf: args["as-of"],
    night: nightOf(args),
    strict: args.strict ?? false,
    actualPositions: args["actual-pos"] ?? false,
    layout: args.short ? "short" : args["all-slots"] ? "all-slots" : "full",
    format: args.format as Format,
    ...(pointing === null ? {} : { pointing }),
  };
}
