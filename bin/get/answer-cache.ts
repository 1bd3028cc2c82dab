import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../../src/domain/digest.ts";
import { FplaneError } from "../../src/domain/errors.ts";
import { meansNow } from "../../src/domain/time/datestr.ts";
import type { Terminal } from "../command-line/terminal.ts";
import type { Question } from "./question.ts";
import type { Answered, Got, Receipt } from "./receipt.ts";

/**
 * What was got before, on the disk of the client. Files are named by what is in them or by what was asked, written beside
 * and renamed, and carry their digest: any number of processes on any number of machines may use one cache without a
 * lock, and what is damaged is as if it were not there. public/fplane.py uses the same files.
 */
export type AnswerCache = {
  readonly directory: string;
  /** The answer to this very question, the newest that is kept; a pinned one is true for ever. */
  readonly find: (datestr: string, question: Question) => Got | null;
  readonly keep: (got: Got) => void;
  /** The newest bundle of the server. */
  readonly findBundle: () => string | null;
  /** Its number, without looking into it. */
  readonly newestBundle: () => number | null;
  /** @returns where it is; throws what the file system throws */
  readonly keepBundle: (revision: number, text: string) => string;
};

/** FPLANE_CACHE, else `fplane` in XDG_CACHE_HOME, else in ~/.cache. Null: there is none, or it is switched off. */
export function cacheDirectory({ env }: Pick<Terminal, "env">): string | null {
  const own = env["FPLANE_CACHE"];
  if (own === "off") return null;
  if (own) return own;
  const home = env["XDG_CACHE_HOME"] || (env["HOME"] ? join(env["HOME"], ".cache") : null);
  return home === null ? null : join(home, "fplane");
}

/** @param server address of the server whose answers these are */
export function answerCache(terminal: Pick<Terminal, "env">, server: string): AnswerCache | null {
  const root = cacheDirectory(terminal);
  if (root === null) return null;
  const directory = join(root, "v1");
  const bundles = join(directory, "bundles");
  const bundlePrefix = sha256(server);
  return {
    directory: root,
    find: (datestr, question) => {
      const { folder, key } = placeOf(directory, { ...question, asOf: question.asOf ?? null, server, datestr });
      const pinned = readEntry(join(folder, `${key}.pinned.json`));
      const names = pinned === null ? newestFirst(folder, key, ".json") : [];
      for (const receipt of [pinned, ...names.map((name) => readEntry(join(folder, name)))]) {
        const body = receipt === null ? null : readWhole(objectPath(directory, receipt.digest), receipt.digest);
        if (receipt !== null && body !== null) return { receipt, body };
      }
      return null;
    },
    keep: ({ receipt, body }) => {
      if (meansNow(receipt.datestr)) return; // what was valid now is never asked again
      try {
        const object = objectPath(directory, receipt.digest);
        if (readWhole(object, receipt.digest) === null) writeBeside(object, body);
        const { folder, key } = placeOf(directory, receipt);
        const line = JSON.stringify(receipt);
        const name = receipt.pinned ? `${key}.pinned.json` : `${key}.${receipt.revision}.json`;
        writeBeside(join(folder, name), `${line}\n${sha256(line)}\n`);
        if (!receipt.pinned) forgetOlder(folder, key, ".json", receipt.revision);
      } catch {
        // A cache that cannot be written costs nothing but itself.
      }
    },
    findBundle: () => {
      for (const name of newestFirst(bundles, bundlePrefix, ".ndjson")) {
        const text = readText(join(bundles, name));
        if (text !== null) return text;
      }
      return null;
    },
    newestBundle: () => revisionsOf(bundles, bundlePrefix, ".ndjson")[0] ?? null,
    keepBundle: (revision, text) => {
      const path = join(bundles, `${bundlePrefix}.${revision}.ndjson`);
      writeBeside(path, text);
      forgetOlder(bundles, bundlePrefix, ".ndjson", revision);
      return path;
    },
  };
}

/** @throws FplaneError `bad-parameter` where there is none */
export function demandCache(cache: AnswerCache | null): AnswerCache {
  if (cache !== null) return cache;
  throw new FplaneError(
    "bad-parameter",
    "there is no cache: FPLANE_CACHE is off, there is no home directory, or --fresh is given",
  );
}

/** Where the answers to a question are: fplane.py makes the same name of the same question. */
function placeOf(directory: string, asked: Omit<Receipt, keyof Answered>) {
  const { server, datestr, asOf, night, actualPositions, layout, strict, format, pointing } = asked;
  const variant = [actualPositions ? "actual" : "nominal", layout, strict ? "strict" : "lenient", format];
  if (pointing !== undefined) variant.push(`${pointing.ra} ${pointing.dec} ${pointing.pa}`);
  const key = sha256(["fplane 1", server ?? "", datestr, asOf ?? "", night, ...variant].join("\n"));
  return { folder: join(directory, "answers", key.slice(0, 2)), key };
}

function objectPath(directory: string, digest: string): string {
  return join(directory, "objects", digest.slice(0, 2), digest);
}

/** A line of JSON and a line with its digest. */
function readEntry(path: string): Receipt | null {
  const [line = "", digest] = readText(path)?.split("\n") ?? [];
  if (digest === undefined || sha256(line) !== digest) return null;
  return JSON.parse(line) as Receipt;
}

function readWhole(path: string, digest: string): string | null {
  const text = readText(path);
  return text !== null && sha256(text) === digest ? text : null;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** The names `{key}.{revision}{ending}`, from the highest revision down. */
function newestFirst(folder: string, key: string, ending: string): string[] {
  return revisionsOf(folder, key, ending).map((revision) => `${key}.${revision}${ending}`);
}

function revisionsOf(folder: string, key: string, ending: string): number[] {
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  const revisions = names
    .filter((name) => name.startsWith(`${key}.`) && name.endsWith(ending))
    .map((name) => name.slice(key.length + 1, -ending.length));
  return revisions
    .filter((revision) => /^\d+$/.test(revision))
    .map(Number)
    .sort((a, b) => b - a);
}

/** A process that was slow may write an older revision after a newer one: so each has a name of its own, and the newest counts. */
function forgetOlder(folder: string, key: string, ending: string, revision: number): void {
  for (const older of revisionsOf(folder, key, ending)) {
    if (older < revision) rmSync(join(folder, `${key}.${older}${ending}`), { force: true });
  }
}

function writeBeside(path: string, text: string): void {
  const folder = join(path, "..");
  const temporary = join(folder, `.tmp-${crypto.randomUUID()}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
}

/** Where it could not be made it cannot be removed: what is wrong is what came before. */
function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}
