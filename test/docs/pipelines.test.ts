import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadPublicHistory } from "../../bin/project/demo.ts";
import { addTag } from "../../src/service/tags.ts";
import { blocksOf, PROJECT } from "../support/documents.ts";
import { embeddedEngine } from "../support/engines.ts";
import { CURATOR, observatory, testApp } from "../support/observatory.ts";

// Every command of the page is a program of its own.
setDefaultTimeout(240_000);

const PAGE = "docs/pipelines.md";
const blocks = blocksOf(PAGE);

const engine = embeddedEngine();
let server: ReturnType<typeof Bun.serve>;
let directory: string;

beforeAll(async () => {
  const deps = observatory((await engine.open()).store);
  await loadPublicHistory(deps);
  await addTag(deps, CURATOR, { name: "dr1", reason: "test" });
  const { app } = testApp(deps);
  server = Bun.serve({ hostname: "localhost", port: 0, fetch: (request) => app.fetch(request, {}) });
  directory = await mkdtemp(join(tmpdir(), "fplane-pipelines-"));
  await Bun.write(join(directory, "dates.txt"), "20180715\n# a shot\n20190328v011\n2019-03-28T02:38:23\n");
}, 240_000);

afterAll(async () => {
  await server.stop(true);
  await rm(directory, { recursive: true, force: true });
});

async function run(command: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, FPLANE_CACHE: join(directory, "cache") };
  const child = Bun.spawn([...command], { cwd: directory, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, stdout, stderr };
}

const lacksTools = ["curl", "python3"].some((program) => Bun.which(program) === null);

const here = (text: string) => text.replaceAll("http://localhost:5000", `http://localhost:${server.port}`);

const COMMANDS = "every command of docs/pipelines.md runs, one after the other, as it stands there";
test.skipIf(lacksTools)(`${COMMANDS} (needs curl and python3)`, async () => {
  const lines = blocks.filter(({ language }) => language === "sh").map(({ text }) => here(text));
  expect(lines.length).toBeGreaterThan(10);
  const program = `fplane() { '${process.execPath}' '${join(PROJECT, "bin", "fplane.ts")}' "$@"; }`;
  const { code, stderr } = await run(["sh", "-c", ["set -ex", program, ...lines].join("\n")]);
  if (code !== 0) throw new Error(stderr);
  expect(await readdir(join(directory, "nights"))).toHaveLength(365);
  const listed =
    blocks
      .find(({ text }) => text.startsWith("$ ls changes\n"))
      ?.text.split("\n")
      .slice(1, -2) ?? [];
  expect(listed).toHaveLength(3);
  expect((await readdir(join(directory, "changes"))).sort().slice(0, 3)).toEqual(listed);
  expect((await readdir(join(directory, "shots"))).length).toBe(3);
});

// The commands above have fetched the module that it imports.
test.skipIf(lacksTools)("its Python runs as it stands there (needs curl and python3)", async () => {
  const programs = blocks.filter(({ language }) => language === "python");
  expect(programs.length).toBe(2);
  for (const { text } of programs) {
    const { code, stdout, stderr } = await run(["python3", "-W", "error", "-c", text]);
    if (code !== 0) throw new Error(stderr);
    expect(stdout).not.toBe("");
  }
});
