import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { FplaneError } from "../src/domain/errors.ts";
import { PROGRAM } from "../src/domain/role.ts";
import type { Deps } from "../src/service/deps.ts";
import { isInUse, resealKeys } from "../src/service/user-keys.ts";
import { command, group } from "./command-line/command.ts";
import { JSON_ARG, printReport } from "./output/print-report.ts";
import { CONFIG_ARGS, openProject, settingsOf } from "./project/open-project.ts";
import {
  besideKeyFile,
  makeSealingKey,
  readSealingKey,
  replaceKeyFile,
  sealingKeyIn,
  writeSealingKey,
} from "./project/sealing-key-file.ts";

const reseal = command({
  name: "reseal",
  description:
    "seal the users' keys with another sealing key, which then takes the place of KEY_FILE; the keys themselves stay valid. One that was interrupted is finished by running it again",
  examples: ["keys reseal --config fplane.toml", "keys reseal --config fplane.toml --new-key-file /media/new.key"],
  args: {
    "new-key-file": {
      type: "string",
      valueHint: "FILE",
      description: "file of the new sealing key, 64 hexadecimal digits; made when it is missing. Else a random key",
    },
    ...JSON_ARG,
    ...CONFIG_ARGS,
  },
  run: async (args, terminal) => {
    const { KEY_FILE, ...settings } = settingsOf(args, terminal);
    const deps = await openProject({ ...settings, KEY_FILE }, { notice: terminal.err });
    try {
      const sealed = await resealWith(deps, KEY_FILE, args["new-key-file"]);
      await printReport({ keyFile: KEY_FILE, sealed }, args.json, terminal, () => sealedText(KEY_FILE, sealed));
    } finally {
      await deps.store.close();
    }
    return undefined;
  },
});

/**
 * The new key is on the disk beside the old one before anything is sealed with it, and takes its place after everything
 * is: at every moment one of the two files opens each user's key, and the program tries both.
 *
 * @returns how many keys each sealing key that took its place sealed anew
 */
async function resealWith(deps: Deps, keyFile: string, given: string | undefined): Promise<number[]> {
  const beside = besideKeyFile(keyFile);
  const waiting = sealingKeyIn(beside);
  const isSealed = waiting !== null && (await isInUse(deps.store, waiting));
  const wanted = given === undefined ? null : newSealingKey(given, keyFile);
  const finishes = wanted === null || (waiting !== null && Buffer.compare(wanted, waiting) === 0);
  const sealed: number[] = [];
  if (waiting !== null && isSealed) {
    sealed.push(await finish(deps, keyFile, waiting));
    if (finishes) return sealed;
  }
  const key = wanted ?? waiting ?? randomBytes(32);
  writeSealingKey(beside, key);
  return [...sealed, await finish(deps, keyFile, key)];
}

/** Seals whatever is not sealed with it yet, and lets it take its place. */
async function finish(deps: Deps, keyFile: string, key: Uint8Array): Promise<number> {
  const count = await resealKeys(deps, PROGRAM, key);
  replaceKeyFile(keyFile);
  return count;
}

function sealedText(keyFile: string, sealed: readonly number[]): string {
  const line = (count: number) =>
    `sealed ${count} ${count === 1 ? "key" : "keys"} anew; ${keyFile} holds the new sealing key\n`;
  return sealed.map(line).join("");
}

function newSealingKey(file: string, keyFile: string): Uint8Array {
  if (resolve(file) === resolve(keyFile))
    throw new FplaneError("bad-parameter", `${file} is KEY_FILE itself: the new key is in another file`);
  makeSealingKey(file);
  return readSealingKey(file);
}

export const keys = group("keys", "the key with which users' keys are sealed", { reseal: async () => reseal });
