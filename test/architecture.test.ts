import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, normalize } from "node:path";
import { CLIENT_PACKAGES, ENTRIES, type ImportRule, isServerSide, RULES } from "./support/import-rules.ts";

interface Import {
  readonly target: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly lazy: boolean;
}

const transpiler = new Bun.Transpiler({ loader: "ts" });

/** What a file imports, relative names made relative to the project. The transpiler drops type imports: they are the rest. */
function importsOf(file: string, source: string): Import[] {
  // `import { type A }` stays an import when it runs, so it counts as one of code.
  const explicit = source
    .replace(/^#!.*/, "")
    .replace(/\b(import|export)\s*\{[^}]*\}/g, (names) => names.replace(/\btype (?=[\w$])/g, ""));
  const code = new Set(transpiler.scanImports(explicit).map((found) => found.path));
  const untyped = explicit.replace(/\bimport type\b/g, "import").replace(/\bexport type(?=\s*[{*])/g, "export");
  return transpiler.scanImports(untyped).map(({ path, kind }) => ({
    target: path.startsWith(".") ? normalize(join(file, "..", path)) : path,
    specifier: path,
    typeOnly: !code.has(path),
    lazy: kind === "dynamic-import",
  }));
}

const within = (target: string, names: readonly string[]): boolean =>
  names.some((name) => target === name || target.startsWith(name.endsWith("/") ? name : `${name}/`));

function isAllowed(file: string, rule: ImportRule, { specifier, target, typeOnly, lazy }: Import): boolean {
  if (isBuiltin(specifier) || specifier === "bun") return rule.builtins === "all" || rule.builtins.includes(specifier);
  if (!specifier.startsWith(".")) return within(target, rule.packages);
  if (isServerSide(target)) return ENTRIES.includes(file) && lazy;
  return within(target, rule.code) || (typeOnly && within(target, rule.types ?? []));
}

async function filesUnder(root: string): Promise<{ file: string; source: string }[]> {
  const files = [...new Bun.Glob("{src,router,db,bin,client,public}/**/*.ts").scanSync(root)].sort();
  return Promise.all(files.map(async (file) => ({ file, source: await Bun.file(join(root, file)).text() })));
}

/** Every forbidden import of a tree that is laid out as the project is, as `file: specifier`. */
async function forbiddenImports(root: string): Promise<string[]> {
  return (await filesUnder(root)).flatMap(({ file, source }) => {
    if (isServerSide(file)) return [];
    const rule = Object.entries(RULES).find(([folder]) => file.startsWith(folder))?.[1];
    if (rule === undefined) return [`${file}: no rule for this folder`];
    return importsOf(file, source)
      .filter((found) => !isAllowed(file, rule, found))
      .map((found) => `${file}: ${found.specifier}`);
  });
}

/** What a command loads before it does anything, from npm, through all that its file imports and not lazily. */
async function packagesLoadedBy(file: string, root: string, seen = new Set<string>()): Promise<string[]> {
  if (seen.has(file) || !file.endsWith(".ts") || !existsSync(join(root, file))) return [];
  seen.add(file);
  const imports = importsOf(file, await Bun.file(join(root, file)).text()).filter(
    (found) => !found.typeOnly && !found.lazy,
  );
  const packages = imports.map(({ specifier, target }) => {
    if (specifier.startsWith(".")) return packagesLoadedBy(target, root, seen);
    return isBuiltin(specifier) || specifier === "bun" ? [] : [specifier];
  });
  return (await Promise.all(packages)).flat();
}

/** The packages that a command of the client loads and may not: each would double the time it takes to start. */
async function slowStarts(root: string): Promise<string[]> {
  const commands = [...new Bun.Glob("bin/**/*.ts").scanSync(root)].filter((file) => !isServerSide(file));
  const slow = commands.map(async (file) => {
    const packages = await packagesLoadedBy(file, root);
    return packages.filter((name) => !within(name, CLIENT_PACKAGES)).map((name) => `${file}: ${name}`);
  });
  return (await Promise.all(slow)).flat().sort();
}

const PROJECT = join(import.meta.dir, "..");
const BAD = join(import.meta.dir, "fixtures", "bad-imports");

describe("who may import whom", () => {
  test("no file imports what its folder may not", async () => {
    expect(await forbiddenImports(PROJECT)).toEqual([]);
  });

  test("no command of the client loads more than it needs, through whatever file", async () => {
    expect(await slowStarts(PROJECT)).toEqual([]);
  });

  test("the gate reports each import of the bad fixture that is marked as forbidden, and no other", async () => {
    const marked = (await filesUnder(BAD)).flatMap(({ file, source }) =>
      [...source.matchAll(/"(\S+)".*\/\/ forbidden/g)].map(([, specifier]) => `${file}: ${specifier}`),
    );
    for (const folder of Object.keys(RULES)) expect(marked.some((line) => line.startsWith(folder))).toBe(true);
    expect(await forbiddenImports(BAD)).toEqual(marked);
  });

  test("the gate reports a command of the bad fixture that loads zod by way of a file it may import", async () => {
    expect(await slowStarts(BAD)).toContain("bin/get.ts: zod");
  });
});
