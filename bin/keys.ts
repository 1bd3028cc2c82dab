import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { FplaneError } from "../src/domain/errors.ts";
import type { Deps } from "../src/service/deps.ts";
import { isInUse, resealKeys } from "../src/service/user-keys.ts";
import { command, group } from "./command.ts";
import { PROGRAM } from "./demo.ts";
import { CONFIG_ARGS, openProject, settingsOf } from "./open-project.ts";
import {
  besideKeyFile,
  makeSealingKey,
  readSealingKey,
  replaceKeyFile,
  sealingKeyIn,
  writeSealingKey,
} from "./sealing-key-file.ts";
import type { Terminal } from "./terminal.ts";

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
    ...CONFIG_ARGS,
  },
  run: async (args, terminal) => {
    const { KEY_FILE, ...settings } = settingsOf(args, terminal);
    const deps = await openProject({ ...settings, KEY_FILE }, { notice: terminal.err });
    try {
      await resealWith(deps, KEY_FILE, args["new-key-file"], terminal);
    } finally {
      await deps.store.close();
    }
    return undefined;
  },
});

/**
 * The new key is on the disk beside the old one before anything is sealed with it, and takes its place after everything
 * is: at every moment one of the two files opens each user's key, and the program tries both.
 */
async function resealWith(deps: Deps, keyFile: string, given: string | undefined, terminal: Terminal): Promise<void> {
  const beside = besideKeyFile(keyFile);
  const waiting = sealingKeyIn(beside);
  const isSealed = waiting !== null && (await isInUse(deps.store, waiting));
  const wanted = given === undefined ? null : newSealingKey(given, keyFile);
  const finishes = wanted === null || (waiting !== null && Buffer.compare(wanted, waiting) === 0);
  if (waiting !== null && isSealed) {
    await finish(deps, keyFile, waiting, terminal);
    if (finishes) return;
  }
  const key = wanted ?? waiting ?? randomBytes(32);
  writeSealingKey(beside, key);
  await finish(deps, keyFile, key, terminal);
}

/** Seals whatever is not sealed with it yet, and lets it take its place. */
async function finish(deps: Deps, keyFile: string, key: Uint8Array, terminal: Terminal): Promise<void> {
  const count = await resealKeys(deps, PROGRAM, key);
  replaceKeyFile(keyFile);
  await terminal.out(`sealed ${count} ${count === 1 ? "key" : "keys"} anew; ${keyFile} holds the new sealing key\n`);
}

function newSealingKey(file: string, keyFile: string): Uint8Array {
  if (resolve(file) === resolve(keyFile))
    throw new FplaneError("bad-parameter", `${file} is KEY_FILE itself: the new key is in another file`);
  makeSealingKey(file);
  return readSealingKey(file);
}

export const keys = group("keys", "the key with which users' keys are sealed", { reseal: async () => reseal });
