import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packageJson from "../../../package.json" with { type: "json" };
import { documentText, exists, PROJECT } from "../../support/documents.ts";

const directory = mkdtempSync(join(tmpdir(), "fplane-units-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const UNITS = ["fplane.service", "fplane-update.service", "fplane-update.timer"];
const SYSTEMD = Bun.which("systemd-analyze");

const analyze = (...args: string[]) => {
  const { exitCode, stdout, stderr } = Bun.spawnSync(["systemd-analyze", ...args]);
  return { exitCode, text: `${stdout}${stderr}` };
};

describe.skipIf(SYSTEMD === null)("the units of systemd (needs systemd-analyze)", () => {
  // The program is there, where this project is; what is not in the units is not looked at.
  const files = UNITS.map((name) => {
    const file = join(directory, name);
    writeFileSync(file, documentText(`docs/deploy/${name}`).replaceAll("/opt/fplane", PROJECT));
    chmodSync(file, 0o644);
    return file;
  });

  test("are understood, and name programs that there are", () => {
    expect(analyze("verify", ...files)).toEqual({ exitCode: 0, text: "" });
  });

  test("would not pass with a word that systemd does not know", () => {
    const file = join(directory, "wrong.service");
    writeFileSync(file, documentText("docs/deploy/fplane.service").replace("ProtectSystem=", "ProtektSystem="));
    expect(analyze("verify", file).text).toContain("ProtektSystem");
  });

  test("give the server little of the machine: an exposure below 2 of 10", () => {
    const { text } = analyze("security", "--offline=true", join(directory, "fplane.service"));
    const exposure = Number(/exposure level for fplane\.service: ([\d.]+)/.exec(text)?.[1]);
    expect(exposure).toBeLessThan(2);
  });

  test("the update runs every day of the year", () => {
    const calendar = /OnCalendar=(.*)/.exec(documentText("docs/deploy/fplane-update.timer"))?.[1] ?? "";
    expect(analyze("calendar", calendar).text).toContain("17:30:00");
  });
});

describe("docs/deploy/Containerfile", () => {
  const lines = documentText("docs/deploy/Containerfile").split("\n");
  const words = (instruction: string) =>
    lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.split(" ").slice(1));
  const copied = words("COPY").flatMap((each) => each.slice(0, -1));

  test("copies what there is", () => {
    expect(copied.length).toBeGreaterThan(5);
    expect(copied.filter((path) => !exists(path))).toEqual([]);
  });

  test("is of the Bun that the project is checked with, from no registry in particular, and not root's", () => {
    expect(words("FROM")).toEqual([[`oven/bun:${packageJson.devDependencies.bun}-slim`]]);
    expect(words("USER")).toEqual([["bun"]]);
  });

  test("copies everything that the server needs", () => {
    const image = join(directory, "image");
    mkdirSync(image);
    for (const path of copied) cpSync(join(PROJECT, path), join(image, path), { recursive: true });
    symlinkSync(join(PROJECT, "node_modules"), join(image, "node_modules"));
    const home = join(directory, "srv");
    const run = (...args: string[]) => Bun.spawnSync([process.execPath, "bin/fplane.ts", ...args], { cwd: image });
    expect(run("init", home, "--server-url", "0.0.0.0:5000").stderr.toString()).toContain("wrote");
    const served = run("serve", "--config", join(home, "no.toml"));
    expect(served.stderr.toString()).toContain("no.toml");
    expect(readFileSync(join(home, "fplane.toml"), "utf8")).toContain('SERVER_URL = "0.0.0.0:5000"');
  }, 120_000);
});
