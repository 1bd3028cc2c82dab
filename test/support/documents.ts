import { expect } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const PROJECT = join(import.meta.dir, "..", "..");

/** The documents that this project is responsible for, relative to it. */
export const DOCUMENTS: readonly string[] = ["*.md", "docs/**/*.md"]
  .flatMap((pattern) => [...new Bun.Glob(pattern).scanSync(PROJECT)])
  .sort();

/** The text of a document. */
export function documentText(path: string): string {
  return readFileSync(join(PROJECT, path), "utf8");
}

/** Whether the documents are to be written anew from the program, to be read in the diff. */
export const UPDATES = process.env["UPDATE_DOCS"] === "1";

/**
 * Compares what stands between `<!-- begin NAME -->` and `<!-- end NAME -->` with the text; UPDATE_DOCS=1 writes it
 * there instead.
 */
export function expectSection(path: string, name: string, text: string): void {
  const [begin, end] = [`<!-- begin ${name} -->\n`, `<!-- end ${name} -->`];
  const whole = documentText(path);
  const from = whole.indexOf(begin) + begin.length;
  const to = whole.indexOf(end);
  if (from < begin.length || to < from)
    throw new Error(`${path} has no section "${name}": add ${begin.trim()} and ${end}`);
  if (UPDATES) writeFileSync(join(PROJECT, path), `${whole.slice(0, from)}${text}\n${whole.slice(to)}`);
  else expect(whole.slice(from, to)).toBe(`${text}\n`);
}

/** A fenced block of a document. */
export type Block = { readonly path: string; readonly language: string; readonly text: string };

/** Every fenced block, also an indented one, without its indentation. */
export function blocksOf(path: string): Block[] {
  const fences = documentText(path).matchAll(/^( *)```([\w-]*)[^\n]*\n([\s\S]*?)^\1```$/gm);
  return [...fences].map(([, indent = "", language = "", text = ""]) => ({
    path,
    language,
    text: text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

export function exists(path: string): boolean {
  return existsSync(join(PROJECT, path));
}
