import type { Bundle } from "../src/domain/answer/bundle.ts";
import { readBundle } from "../src/domain/answer/read-bundle.ts";
import { FplaneError } from "../src/domain/errors.ts";
import { messageOf } from "../src/domain/thrown.ts";
import { SERVER_ARGS, serverUrl } from "./client/client.ts";
import { requestFrom } from "./client/rest.ts";
import { brokenOff } from "./client/server-answer.ts";
import { command } from "./command-line/command.ts";
import { AS_OF_ARG } from "./command-line/reading-args.ts";
import type { Terminal } from "./command-line/terminal.ts";
import { type AnswerCache, answerCache } from "./get/answer-cache.ts";
import { JSON_ARG } from "./output/print-report.ts";
import { writeFileWhole } from "./output/write-file.ts";

export const bundle = command({
  name: "bundle",
  description:
    "fetch everything that is needed to answer without the server, one file; without --output into the cache",
  examples: ["bundle", "bundle -o fplane.bundle", "bundle --as-of dr1 -o dr1.bundle"],
  args: {
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE",
      description: "file to write, - for stdout; else the cache",
    },
    ...AS_OF_ARG,
    ...JSON_ARG,
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const { output, "as-of": asOf } = args;
    if (asOf !== undefined && output === undefined)
      throw new FplaneError(
        "bad-parameter",
        "the cache holds the newest bundle only; --output says where one --as-of goes",
      );
    if (args.json && output === "-")
      throw new FplaneError("bad-parameter", "--json and --output - both print to standard output: choose one");
    const query = asOf === undefined ? "" : `?${new URLSearchParams({ as_of: asOf })}`;
    const response = await requestFrom(args, terminal, `/bundle${query}`);
    const server = serverUrl(args, terminal);
    const text = await response.text().catch((error) => {
      throw brokenOff(server, messageOf(error));
    });
    const { revision, hash, tag } = readSent(text, server);
    if (output === "-") {
      await terminal.out(text);
      return undefined;
    }
    const path = output ?? keepInCache(answerCache(terminal, server), text, revision, terminal);
    if (output !== undefined) await writeFileWhole(output, text);
    terminal.err(`${path}: all that revision ${revision} knows`);
    if (args.json) await terminal.out(`${JSON.stringify({ server, revision, hash, tag, path }, null, 2)}\n`);
    return undefined;
  },
});

/** A bundle on its way, and no file of somebody's. @throws FplaneError `unavailable` */
function readSent(text: string, server: string): Bundle {
  try {
    return readBundle(text, `what ${server} sent`);
  } catch (error) {
    throw new FplaneError("unavailable", messageOf(error));
  }
}

function keepInCache(cache: AnswerCache | null, text: string, revision: number, terminal: Terminal): string {
  if (cache === null)
    throw new FplaneError(
      "bad-parameter",
      "there is no cache: FPLANE_CACHE is off, or there is no home directory; --output says where it goes",
    );
  const newest = cache.newestBundle() ?? 0;
  if (newest > revision)
    terminal.err(
      `warning: the cache has a bundle of revision ${newest} of this address, and answers from that: if another record is served there now, delete ${cache.directory}`,
    );
  try {
    return cache.keepBundle(revision, text);
  } catch (error) {
    const why = messageOf(error);
    throw new FplaneError("bad-parameter", `the cache ${cache.directory} cannot be written: ${why}`);
  }
}
