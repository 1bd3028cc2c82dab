import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../../package.json" with { type: "json" };
import { renderFplane } from "../../../src/domain/files/fplane-file.ts";
import { PROJECT } from "../../support/documents.ts";
import { atEndOfRun } from "../../support/end-of-run.ts";
import { temporaryDirectory } from "../../support/live-server.ts";
import { madeUpPlane } from "../../support/planes.ts";

const TARGET = `${process.platform}-${process.arch}`;

/** Nothing of this machine: neither its settings nor, on the path, its Bun. */
const BARE = { PATH: "/usr/bin:/bin" };

async function output(
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = BARE,
): Promise<string> {
  const child = Bun.spawn([...words], { cwd, env: { ...env }, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${words.join(" ")} exited with ${code}: ${stdout}${stderr}`);
  return stdout;
}

/** Serves what `init` made, as the binary alone does. @returns its address */
async function serve(
  fplane: string,
  site: string,
): Promise<{ readonly url: string; readonly stop: () => Promise<number> }> {
  const server = Bun.spawn([fplane, "serve", "--config", "fplane.toml", "--json"], {
    cwd: site,
    env: { ...BARE, SERVER_URL: "localhost:0" },
    stdout: "pipe",
    stderr: "pipe",
  });
  atEndOfRun(() => server.kill("SIGKILL"));
  const reader = server.stdout.getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`serve exited with ${await server.exited}: ${await new Response(server.stderr).text()}`);
    text += new TextDecoder().decode(value);
  }
  const stop = async () => {
    server.kill("SIGINT");
    return await server.exited;
  };
  return { url: (JSON.parse(text) as { url: string }).url, stop };
}

test.skipIf(!["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"].includes(TARGET))(
  "the binary does everything by itself: init, serve with its own database, the page and the documents, user, import, get",
  async () => {
    const directory = await temporaryDirectory();
    await output(
      [process.execPath, "bin/build/binary.ts", TARGET, "--outdir", directory],
      PROJECT,
      process.env as typeof BARE,
    );
    const fplane = join(directory, `fplane-${TARGET}`);
    const elsewhere = join(directory, "empty");
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, ".env"), "FPLANE_SERVER=http://localhost:1\n"); // of whoever calls it here: none of ours
    expect(await output([fplane, "--version"], elsewhere)).toBe(`${packageJson.version}\n`);

    const key = (await output([fplane, "init", "site"], elsewhere)).trim();
    const site = join(elsewhere, "site");
    const { url, stop } = await serve(fplane, site);
    const client = (...args: string[]) =>
      output([fplane, ...args], elsewhere, { ...BARE, FPLANE_SERVER: url, FPLANE_APIKEY: key, HOME: directory });
    expect(await client("doctor")).not.toContain("fail");
    expect(await client("user", "add", "-u", "cron", "-e", "cron@example.org", "Night", "Cron")).toMatch(
      /^[0-9a-f]{48}\n$/,
    );
    const file = renderFplane({ ...madeUpPlane() }, "full");
    writeFileSync(join(elsewhere, "fplane20180101.txt"), file);
    await client("import", "fplane20180101.txt", "--actual", "--reason", "test", "--commit");
    expect(await client("get", "-p", "20190101", "-o", "-")).toBe(file);
    for (const path of ["/", "/docs", "/openapi.json", "/get_fplane.sh"]) {
      expect((await fetch(`${url}${path}`)).status).toBe(200);
    }
    expect(await stop()).toBe(0);
    expect(JSON.parse(await output([fplane, "verify", "--config", "fplane.toml", "--json"], site))).toMatchObject({
      faults: [],
    });
    expect(readdirSync(elsewhere).toSorted()).toEqual([".env", "fplane20180101.txt", "site"]);
    expect(existsSync(join(site, "data", "journal.jsonl"))).toBe(true);
  },
  240_000,
);
