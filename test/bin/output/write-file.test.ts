import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeFileWhole } from "../../../bin/output/write-file.ts";

const roots: string[] = [];
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "fplane-write-"));
  roots.push(root);
  await mkdir(join(root, "data"));
});
afterAll(() => Promise.all(roots.map((path) => rm(path, { recursive: true, force: true }))));

const at = (...names: string[]) => join(root, ...names);
const isLink = async (path: string) => (await lstat(path)).isSymbolicLink();

describe("of a link", () => {
  test.each([
    ["to a file", "data/plane.txt", "old\n"],
    ["to nothing yet", "data/plane.txt", null],
  ])("%s what it leads to is written, and the link stays", async (_what, target, before) => {
    if (before !== null) await writeFile(at(target), before);
    await symlink(target, at("plane.txt"));
    await symlink("plane.txt", at("newest.txt"));
    await writeFileWhole(at("newest.txt"), "new\n");
    expect(await readFile(at(target), "utf8")).toBe("new\n");
    expect(await Promise.all([isLink(at("newest.txt")), isLink(at("plane.txt")), isLink(at(target))])).toEqual([
      true,
      true,
      false,
    ]);
    expect(await readdir(at("data"))).toEqual(["plane.txt"]);
  });

  test("that leads round in a circle nothing is written, and it says so", async () => {
    await symlink("b", at("a"));
    await symlink("a", at("b"));
    await expect(writeFileWhole(at("a"), "new\n")).rejects.toMatchObject({
      code: "bad-parameter",
      message: expect.stringMatching(/^.*\/a cannot be written: ELOOP: too many/),
    });
    expect((await readdir(root)).sort()).toEqual(["a", "b", "data"]);
  });

  test("into a directory that is not there, that directory is named", async () => {
    await symlink("away/plane.txt", at("plane.txt"));
    await expect(writeFileWhole(at("plane.txt"), "new\n")).rejects.toMatchObject({
      code: "bad-parameter",
      message: `${at("plane.txt")} cannot be written: there is no directory ${at("away")}`,
    });
    expect(await isLink(at("plane.txt"))).toBe(true);
  });

  test("among the directories of a path it is followed before what comes after it", async () => {
    await mkdir(at("data", "deep"));
    await symlink("data/deep", at("deep"));
    await writeFileWhole(`${root}/deep/../plane.txt`, "new\n");
    expect((await readdir(at("data"))).sort()).toEqual(["deep", "plane.txt"]);
  });
});

test("a directory in which no file can be made is not told as missing", async () => {
  await expect(writeFileWhole("/proc/plane.txt", "new\n")).rejects.toMatchObject({
    code: "bad-parameter",
    message: expect.not.stringContaining("there is no directory"),
  });
});

test("content that ends in an error leaves the old file as it was, and nothing beside it", async () => {
  await writeFile(at("data", "plane.txt"), "old\n");
  async function* broken() {
    yield "new\n";
    throw new Error("no more");
  }
  await expect(writeFileWhole(at("data", "plane.txt"), broken())).rejects.toThrow("no more");
  expect(await readdir(at("data"))).toEqual(["plane.txt"]);
  expect(await readFile(at("data", "plane.txt"), "utf8")).toBe("old\n");
});
