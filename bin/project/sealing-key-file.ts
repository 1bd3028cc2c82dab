import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { FplaneError } from "../../src/domain/errors.ts";
import { messageOf } from "../../src/domain/thrown.ts";
import { makeSecretFile, replaceSecretFile, syncDirectoryOf } from "./secret-file.ts";

/** 32 bytes, in hex, in a file that nobody else can read: the key with which users' keys are sealed. */

/** Where a new sealing key waits beside the old one while the users' keys are sealed anew. */
export function besideKeyFile(keyFile: string): string {
  return `${keyFile}.new`;
}

/** The sealing key, and the one that waits beside it, if any: each of them opens keys. @throws FplaneError `unavailable` */
export function readSealingKeys(keyFile: string): Uint8Array[] {
  const waiting = sealingKeyIn(besideKeyFile(keyFile)); // first: meanwhile it may take the other's place
  return [readSealingKey(keyFile), ...(waiting === null ? [] : [waiting])];
}

/** @throws FplaneError `unavailable` when the file is missing, cannot be read or holds something else */
export function readSealingKey(file: string): Uint8Array {
  const key = sealingKeyIn(file);
  if (key !== null) return key;
  throw new FplaneError("unavailable", `the sealing key ${file} is missing`);
}

/** Null without the file. @throws FplaneError `unavailable` when it cannot be read or holds something else */
export function sealingKeyIn(file: string): Uint8Array | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new FplaneError("unavailable", `${file} cannot be read: ${messageOf(error)}`);
  }
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  throw new FplaneError("unavailable", `${file} is no sealing key: it holds 64 hexadecimal digits`);
}

/** Makes a sealing key where there is none. */
export function makeSealingKey(file: string): void {
  if (!existsSync(file)) makeSecretFile(file, textOf(randomBytes(32)));
}

/** Writes the key to the disk, whole or not at all. */
export function writeSealingKey(file: string, key: Uint8Array): void {
  replaceSecretFile(file, textOf(key));
}

function textOf(key: Uint8Array): string {
  return `${Buffer.from(key).toString("hex")}\n`;
}

/** What waits beside the key file takes its place, at once. */
export function replaceKeyFile(keyFile: string): void {
  renameSync(besideKeyFile(keyFile), keyFile);
  syncDirectoryOf(keyFile);
}
