import { mkdirSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type NightAnswers,
  VARIANTS,
  type Variant,
  type VariantAnswer,
} from "../../src/domain/answer/night-answers.ts";
import { FplaneError } from "../../src/domain/errors.ts";
import { messageOf } from "../../src/domain/thrown.ts";
import { writeFileWhole } from "../output/write-file.ts";

/** The answers of one old server, kept as files, so that an interrupted crawl goes on where it stopped. */
export type CrawlDirectory = {
  readonly path: string;
  readonly isKept: (night: string, variant: Variant) => boolean;
  readonly keep: (night: string, variant: Variant, answer: VariantAnswer) => Promise<void>;
  /** The kept answers of a night. @throws FplaneError `not-found` when one is missing */
  readonly read: (night: string) => Promise<NightAnswers>;
};

const SOURCE = "source.txt";

/**
 * Opens the directory, which is made when it is missing.
 *
 * @param url the old server; answers of two servers are never mixed
 * @throws FplaneError `conflict` when it holds answers of another server, `bad-parameter` when it cannot be written
 */
export async function openCrawlDirectory(path: string, url: string): Promise<CrawlDirectory> {
  const names = await namesIn(path);
  if (!names.has(SOURCE)) await writeFileWhole(join(path, SOURCE), `${url}\n`);
  const source = (await Bun.file(join(path, SOURCE)).text()).trim();
  if (source !== url) {
    throw new FplaneError("conflict", `${path} holds the answers of ${source}, not of ${url}: choose another --keep`);
  }
  return {
    path,
    isKept: (night, variant) => names.has(`${night}.${variant}.txt`) || names.has(`${night}.${variant}.refused`),
    keep: async (night, variant, answer) => {
      const isRefusal = "refusal" in answer;
      const name = `${night}.${variant}.${isRefusal ? "refused" : "txt"}`;
      await writeFileWhole(join(path, name), isRefusal ? `${answer.refusal}\n` : answer.text);
      names.add(name);
    },
    read: async (night) => {
      const answers = await Promise.all(VARIANTS.map((variant) => readAnswer(path, names, night, variant)));
      return Object.fromEntries(VARIANTS.map((variant, i) => [variant, answers[i]])) as NightAnswers;
    },
  };
}

async function namesIn(path: string): Promise<Set<string>> {
  try {
    mkdirSync(path, { recursive: true });
    return new Set(await readdir(path));
  } catch (error) {
    throw new FplaneError("bad-parameter", `${path} cannot be used to keep the answers: ${messageOf(error)}`);
  }
}

async function readAnswer(
  path: string,
  names: ReadonlySet<string>,
  night: string,
  variant: Variant,
): Promise<VariantAnswer> {
  const name = `${night}.${variant}`;
  if (names.has(`${name}.txt`)) return { text: await Bun.file(join(path, `${name}.txt`)).text() };
  if (names.has(`${name}.refused`)) return { refusal: (await Bun.file(join(path, `${name}.refused`)).text()).trim() };
  throw new FplaneError("not-found", `${path} has no answer for ${name}`);
}
