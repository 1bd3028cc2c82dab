import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import packageJson from "../../../package.json" with { type: "json" };
import { blocksOf, PROJECT } from "../../support/documents.ts";
import { temporaryDirectory } from "../../support/live-server.ts";
import { type ServedObservatory, serveObservatory } from "../../support/served-observatory.ts";
import { STARTING } from "../../support/site.ts";

// It is packed, installed and compiled by programs of their own.
setDefaultTimeout(120_000);

const TOOLS = join(PROJECT, "node_modules", ".bin");

let site: ServedObservatory;
let directory: string;

/** Runs a program in the empty project, or elsewhere; throws when it fails. @returns what it printed */
async function output(words: readonly string[], { cwd = directory, env = {} } = {}): Promise<string> {
  const child = Bun.spawn([...words], {
    cwd,
    env: { ...process.env, PATH: `${TOOLS}${delimiter}${process.env["PATH"]}`, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${words.join(" ")} exited with ${code}: ${stdout}${stderr}`);
  return stdout;
}

/** The example of the documents, asking another server. */
function documentedExample(): string {
  const [example] = blocksOf("docs/api.md").filter(
    ({ language, text }) => language === "ts" && /from "fplane"/.test(text),
  );
  if (example === undefined) throw new Error("docs/api.md shows no typed call from another package");
  return example.text.replaceAll("http://localhost:5000", site.url);
}

beforeAll(async () => {
  [site, directory] = await Promise.all([serveObservatory(), temporaryDirectory()]);
}, STARTING);
afterAll(() => site.stop());

describe("the packed package, in an empty project", () => {
  test("is packed with what it needs, and nothing else", async () => {
    await output([process.execPath, "pm", "pack", "--destination", directory], { cwd: PROJECT });
    const [archive = ""] = readdirSync(directory).filter((name) => name.endsWith(".tgz"));
    expect(archive).toBe(`fplane-${packageJson.version}.tgz`);
    const files = (await output(["tar", "-tzf", archive])).trim().split("\n");
    expect(files).toEqual(
      expect.arrayContaining(["package/bin/fplane.ts", "package/LICENSE", "package/dist/client.js"]),
    );
    const sources = [...new Bun.Glob("{bin,db,public,router,src}/**/*").scanSync(PROJECT)];
    expect(sources.filter((name) => !files.includes(`package/${name}`) && !name.startsWith("bin/build/"))).toEqual([]);
    expect(files.filter((name) => /^package\/(test|node_modules|coverage|bin\/build|\.)/.test(name))).toEqual([]);
    expect(files.filter((name) => /\.(key|toml|jsonl|log)$/.test(name))).toEqual([]);
  });

  test("installs", async () => {
    const dependencies = { fplane: `file:./fplane-${packageJson.version}.tgz` };
    writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "consumer", type: "module", dependencies }));
    await output([process.execPath, "install", "--prefer-offline", "--ignore-scripts"]);
    expect(readdirSync(join(directory, "node_modules", "fplane"))).toContain("dist");
  });

  test.each(["nodenext", "bundler"])(
    "its types hold under tsc's strict, without skipLibCheck, resolved as %s",
    async (resolution) => {
      mkdirSync(join(directory, resolution), { recursive: true });
      writeFileSync(
        join(directory, resolution, "tsconfig.json"),
        JSON.stringify({
          compilerOptions: {
            ...{ target: "esnext", lib: ["esnext", "dom"], types: [], noEmit: true, strict: true, skipLibCheck: false },
            ...{ module: resolution === "bundler" ? "esnext" : resolution, moduleResolution: resolution },
          },
          files: ["../right.ts", "../wrong.ts"],
        }),
      );
      writeFileSync(join(directory, "right.ts"), documentedExample());
      writeFileSync(join(directory, "wrong.ts"), WRONG_CALLS);
      expect(await output([join(TOOLS, "tsc"), "-p", resolution])).toBe("");
    },
  );

  test("its documented calls run, under Bun and under Node", async () => {
    writeFileSync(join(directory, "right.ts"), documentedExample());
    const told = await output([process.execPath, "right.ts"]);
    expect(told).toContain("2018-07-16T05:00:00Z");
    expect(told).toContain("not-found there is no tag yesterday");
    const script = new Bun.Transpiler({ loader: "ts" }).transformSync(documentedExample());
    writeFileSync(join(directory, "right.mjs"), script);
    if (Bun.which("node")) expect(await output(["node", "right.mjs"])).toBe(told);
  });

  test("its command works", async () => {
    const fplane = join(directory, "node_modules", ".bin", "fplane");
    expect(await output([fplane, "--version"])).toBe(`${packageJson.version}\n`);
    const file = await output([fplane, "get", "20180715", "-o", "-"], { env: { FPLANE_SERVER: site.url } });
    expect(file).toStartWith("# $Id$\n");
  });
});

const WRONG_CALLS = `import { createClient } from "fplane";
const client = createClient({ url: "http://localhost:5000" });
// @ts-expect-error there is no such parameter
await client.getFplane.query({ date: "20180715" });
// @ts-expect-error there is no such procedure
await client.fetchFplane.query({});
// @ts-expect-error a revision is a number
const revision: string = (await client.getFplane.query({})).revision;
export { revision };
`;
