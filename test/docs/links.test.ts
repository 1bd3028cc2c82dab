import { describe, expect, test } from "bun:test";
import { dirname, join, normalize } from "node:path";
import { DOCUMENTS, documentText, exists } from "../support/documents.ts";

/** What GitHub makes of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}

function anchorsOf(path: string): string[] {
  const withoutBlocks = documentText(path).replaceAll(/^( *)```[\s\S]*?^\1```$/gm, "");
  return [...withoutBlocks.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));
}

function brokenLinks(path: string): string[] {
  const links = [...documentText(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  return links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [file = "", anchor] = link.split("#");
    const target = file === "" ? path : normalize(join(dirname(path), file));
    if (!exists(target)) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
}

/** A path of the project, as a document cites it in backticks. */
const PATH = /`((?:bin|db|docs|public|router|src|test|\.ci)\/[\w./*-]*)`/g;

describe("the documents", () => {
  for (const path of DOCUMENTS) {
    test(`${path} links to nothing that is not there`, () => {
      expect(brokenLinks(path)).toEqual([]);
    });

    test(`${path} names no file of the project that is not there`, () => {
      const named = [...documentText(path).matchAll(PATH)].map(([, file = ""]) => file);
      expect(named.filter((file) => !file.includes("*") && !exists(file))).toEqual([]);
    });
  }

  test("are all reachable from the README", () => {
    const linked = [...documentText("README.md").matchAll(/\]\(([^)#\s]+)/g)].map(([, link = ""]) => normalize(link));
    const isLinked = (path: string) =>
      linked.some((link) => link === path || (link.endsWith("/") && path.startsWith(link)));
    expect(DOCUMENTS.filter((path) => path !== "README.md" && !isLinked(path))).toEqual([]);
  });
});
