import { FplaneError } from "../src/domain/errors.ts";
import { meansNow } from "../src/domain/time/datestr.ts";
import { ask, connectTo, serverUrl } from "./client/client.ts";
import { command } from "./command-line/command.ts";
import type { Terminal } from "./command-line/terminal.ts";
import { type AnswerCache, answerCache, demandCache } from "./get/answer-cache.ts";
import { GET_ARGS, type GetArgs } from "./get/get-args.ts";
import { neither } from "./get/neither.ts";
import { type Question, questionOf } from "./get/question.ts";
import { type Got, gotFrom } from "./get/receipt.ts";
import { spanText } from "./output/span-text.ts";
import { writeFileWhole } from "./output/write-file.ts";

export const get = command({
  name: "get",
  description: "fetch the focal-plane file that was valid at a date, or those of many dates",
  examples: [
    "get",
    "get 20180715",
    "get -s -p 2018-05-22T02:37:53.428 -o fplane.txt",
    "get --as-of 12 20180715 -o -",
    "get --format ds9 --ra 150.1 --dec 2.2 --pa 250 20180715",
    "get --from 20180101 --to 20190101 -d nights",
    "get --distinct -d changes",
    "get --dates dates.txt --json",
    "get --offline 20180715",
  ],
  args: GET_ARGS,
  run: async (args, terminal) => {
    const question = questionOf(args);
    if (args.from !== undefined || args.to !== undefined || args.dates !== undefined || args.distinct) {
      return await (await import("./get/get-many.ts")).getMany(args, question, terminal);
    }
    if (args.dir !== undefined)
      throw new FplaneError("bad-parameter", "--dir is for many files: --from, --dates or --distinct");
    if (args.json && args.output === "-")
      throw new FplaneError("bad-parameter", "--json and --output - both print to standard output: choose one");
    const got = await answerTo(args.datestr ?? "", question, args, terminal);
    const path = args.output ?? got.receipt.filename;
    if (path === "-") {
      await terminal.out(got.body);
    } else {
      await writeFileWhole(path, got.body);
      const { validFrom, validUntil, revision } = got.receipt;
      terminal.err(`${path}: valid ${spanText(validFrom, validUntil)}, revision ${revision}`);
    }
    if (args.json) await terminal.out(`${JSON.stringify({ ...got.receipt, path }, null, 2)}\n`);
    return undefined;
  },
});

/** From the bundle that is named; else from the cache what is there for ever; else from the server; from the cache again when that is away. */
async function answerTo(datestr: string, question: Question, args: GetArgs, terminal: Terminal): Promise<Got> {
  if (args.bundle !== undefined) {
    const { offlineFromFile } = await import("./get/offline.ts");
    return (await offlineFromFile(args.bundle, question, terminal)).get(datestr);
  }
  const server = serverUrl(args, terminal);
  const cache = args.fresh ? null : answerCache(terminal, server);
  if (args.offline) return await fromCache(cache, server, datestr, question);
  const kept = question.asOf === undefined || meansNow(datestr) ? null : cache?.find(datestr, question);
  if (kept?.receipt.pinned) return kept;
  try {
    const client = await connectTo(args, terminal);
    const { pointing, ...asked } = question;
    const answer = await ask(client, ({ getFplane }) =>
      getFplane.query({ ...asked, ...pointing, datestr, format: question.format as "txt" }),
    );
    const got = gotFrom({ server, datestr }, question, answer);
    cache?.keep(got);
    return got;
  } catch (error) {
    if (!(error instanceof FplaneError) || error.code !== "unavailable" || cache === null) throw error;
    const instead = await fromCache(cache, server, datestr, question).catch(neither(error));
    terminal.err(`fplane: ${error.message}; this is from the cache`);
    return instead;
  }
}

async function fromCache(cache: AnswerCache | null, server: string, datestr: string, question: Question): Promise<Got> {
  const known = demandCache(cache);
  const { offlineFromCache } = await import("./get/offline.ts");
  return offlineFromCache(known, server, question).get(datestr);
}
