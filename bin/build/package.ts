/**
 * Makes what the package's `exports` name: the client as JavaScript, and its types as declarations that any TypeScript
 * project reads. Run by `bun pm pack` and `npm pack`.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";

const PROJECT = join(import.meta.dir, "..", "..");
const DIST = join(PROJECT, "dist");
const CLIENT = "src/client/create-client";

/** What only the server's side of a procedure sees; with it the declarations would be those of half the server. */
const SERVER_ONLY = /import\("[./]*src\/service\/deps\.ts"\)\.Deps/g;

/** Declared functions that speak of Temporal, which most projects' `lib` does not know yet. No type of a call does. */
const TEMPORAL = /^export declare function [^;]*\bTemporal\.[^;]*;\n/gm;

const RELATIVE = /((?:from |import\()"\.[^"]+)\.ts"/g;

for (const name of ["client.js", "types"]) await rm(join(DIST, name), { recursive: true, force: true });
await buildClient();
await buildTypes();

async function buildClient(): Promise<void> {
  const built = await Bun.build({
    entrypoints: [join(PROJECT, `${CLIENT}.ts`)],
    outdir: DIST,
    target: "node",
    packages: "external",
    naming: "client.js",
  });
  if (!built.success) throw new AggregateError(built.logs, "the client could not be bundled");
}

/** Only the declarations that the client's reach, each beside what it names. */
async function buildTypes(): Promise<void> {
  const emitted = await mkdtemp(join(tmpdir(), "fplane-types-"));
  try {
    emit(emitted);
    const waiting = [`${CLIENT}.d.ts`];
    const done = new Set<string>();
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      if (done.has(file)) continue;
      done.add(file);
      const text = (await Bun.file(join(emitted, file)).text())
        .replaceAll(SERVER_ONLY, "unknown")
        .replaceAll(TEMPORAL, "");
      if (/\bTemporal\.[A-Z]/.test(text)) throw new Error(`${file} speaks of Temporal: the type of a call may not`);
      for (const [, specifier = ""] of text.matchAll(/(?:from |import\()"(\.[^"]+)\.ts"/g)) {
        waiting.push(`${normalize(join(dirname(file), specifier))}.d.ts`);
      }
      const to = join(DIST, "types", file);
      await mkdir(dirname(to), { recursive: true });
      await Bun.write(to, text.replaceAll(RELATIVE, '$1.js"'));
    }
  } finally {
    await rm(emitted, { recursive: true, force: true });
  }
}

function emit(directory: string): void {
  const compiler = join(PROJECT, "node_modules", ".bin", "tsc");
  const options = [
    "--noEmit",
    "false",
    "--declaration",
    "--emitDeclarationOnly",
    "--rootDir",
    ".",
    "--outDir",
    directory,
  ];
  const { exitCode, stdout } = Bun.spawnSync([compiler, "-p", "bin/build/tsconfig.json", ...options], { cwd: PROJECT });
  if (exitCode !== 0) throw new Error(`the types could not be made:\n${stdout}`);
}
