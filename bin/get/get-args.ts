import type { ParsedArgs } from "citty";
import { SERVER_ARGS } from "../client/client.ts";
import { DATESTR_ARG } from "../command-line/reading-args.ts";
import { QUESTION_ARGS } from "./question.ts";

/** What `get` takes. */
export const GET_ARGS = {
  ...DATESTR_ARG,
  output: {
    type: "string",
    alias: "o",
    valueHint: "FILE",
    description: "file to write, - for stdout; else fplane{datestr}.txt",
  },
  ...QUESTION_ARGS,
  from: { type: "string", valueHint: "DATE", description: "a file for each night from this one on" },
  to: { type: "string", valueHint: "DATE", description: "and before this one; else up to now" },
  dates: {
    type: "string",
    valueHint: "FILE",
    description: "a file for each date that the file lists, one a line; - is stdin",
  },
  distinct: {
    type: "boolean",
    description: "of many only what differs: a file per configuration, named by the night from which on it holds",
  },
  dir: {
    type: "string",
    alias: "d",
    valueHint: "DIR",
    description: "where the files of many go; made when it is missing",
  },
  offline: { type: "boolean", description: "ask the cache only, never the server" },
  bundle: { type: "string", valueHint: "FILE", description: "answer from this bundle, not from the server" },
  fresh: { type: "boolean", description: "neither read nor write the cache" },
  json: { type: "boolean", description: "print a receipt: what was meant, by which revision, and the digests" },
  ...SERVER_ARGS,
} as const;

export type GetArgs = ParsedArgs<typeof GET_ARGS>;
