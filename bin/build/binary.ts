/**
 * Makes one self-contained binary for each target: `bun run build [TARGET...] [--outdir DIR]`, else for all of them. What Bun
 * cannot put in by itself is handed over: the page, the documents, PGlite's files and a snapshot of an empty database.
 */
import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { schemaOf } from "../../db/connection.ts";
import { prepareSnapshot } from "../../db/embedded/snapshot.ts";
import { buildDocs } from "../../src/server/routes/docs-site.ts";
import { buildPage } from "../../src/server/routes/page-bundle.ts";

const PROJECT = join(import.meta.dir, "..", "..");

/** As they are called here, and as Bun calls their runtimes. */
const TARGETS = {
  "linux-x64": "bun-linux-x64",
  "linux-x64-baseline": "bun-linux-x64-baseline",
  "linux-arm64": "bun-linux-arm64",
  "darwin-x64": "bun-darwin-x64",
  "darwin-arm64": "bun-darwin-arm64",
} as const;

type Target = keyof typeof TARGETS;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { outdir: { type: "string", default: join(PROJECT, "dist") } },
});
const unknown = positionals.filter((name) => !Object.hasOwn(TARGETS, name));
if (unknown.length > 0) {
  console.error(`there is no target ${unknown.join(", ")}; there are ${Object.keys(TARGETS).join(", ")}`);
  process.exit(2);
}
const wanted = (positionals.length === 0 ? Object.keys(TARGETS) : positionals) as Target[];
process.exitCode = await buildAll(wanted, values.outdir);

/** @returns 1 when one that was asked for by name could not be built, or none at all */
async function buildAll(targets: readonly Target[], outdir: string): Promise<number> {
  await mkdir(outdir, { recursive: true });
  const define = {
    FPLANE_PAGE: JSON.stringify(await buildPage()),
    FPLANE_DOCS: JSON.stringify(await buildDocs()),
  };
  await makeSnapshot();
  const missing: Target[] = [];
  for (const target of targets) {
    const outfile = join(outdir, `fplane-${target}`);
    const fault = await buildBinary(target, outfile, define);
    if (fault === null) {
      console.log(`${outfile}  ${Math.round((await stat(outfile)).size / 1024 ** 2)} MB`);
    } else {
      missing.push(target);
      console.error(`${target} is not built: ${fault}`);
    }
  }
  if (missing.length > 0) {
    console.error(`not built: ${missing.join(", ")}. Bun fetches each target's runtime from the npm registry, once.`);
  }
  return missing.length === targets.length || (positionals.length > 0 && missing.length > 0) ? 1 : 0;
}

/** An empty, migrated database of the default project: a first start takes a second with it, and many without. */
async function makeSnapshot(): Promise<void> {
  const path = join(PROJECT, "dist", "snapshot.tgz");
  await mkdir(join(PROJECT, "dist"), { recursive: true });
  const failure = await prepareSnapshot(path, schemaOf("HETDEX"));
  if (failure !== null) throw new Error(`no snapshot of an empty database could be made: ${failure}`);
}

async function buildBinary(target: Target, outfile: string, define: Record<string, string>): Promise<string | null> {
  const temporary = `${outfile}.new`;
  try {
    const built = await Bun.build({
      entrypoints: [join(PROJECT, "bin", "fplane.ts"), join(PROJECT, "db", "embedded", "snapshot-worker.ts")],
      root: PROJECT,
      define,
      minify: { whitespace: true, syntax: true },
      bytecode: true,
      format: "esm",
      compile: { target: TARGETS[target], outfile: temporary, autoloadDotenv: false, autoloadBunfig: false },
      plugins: [
        {
          name: "pglite's files",
          setup: (build) => {
            build.onResolve({ filter: /\/pglite-files\.ts$/ }, () => ({
              path: join(import.meta.dir, "pglite-files.ts"),
            }));
          },
        },
      ],
    });
    if (!built.success) return built.logs.join("\n");
    await rename(temporary, outfile);
    return null;
  } catch (error) {
    return error instanceof AggregateError ? error.errors.join("\n") : String(error);
  } finally {
    await rm(temporary, { force: true });
  }
}
