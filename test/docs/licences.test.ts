import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { documentText, exists, expectSection, PROJECT } from "../support/documents.ts";

type Manifest = {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
};

/** Each lets a program of any licence use it, and asks for no more than its notice. */
const PERMISSIVE = ["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "MIT-0", "Unlicense"];

/** The package that `name` means where `from` imports it, as the runtime looks for it: outwards. */
function installed(name: string, from: string): string {
  for (let folder = from; folder.length >= PROJECT.length; folder = join(folder, "..")) {
    const candidate = join(folder, "node_modules", name);
    if (exists(join(candidate.slice(PROJECT.length), "package.json"))) return candidate;
  }
  throw new Error(`${name} is not installed`);
}

/** Everything that the program loads or could load in production, by name and version. */
function inProduction(): Manifest[] {
  const found = new Map<string, Manifest>();
  const visit = (name: string, from: string) => {
    const folder = installed(name, from);
    if (found.has(folder)) return;
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
    found.set(folder, manifest);
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest;
    const peers = Object.keys(peerDependencies).filter((peer) => peerDependenciesMeta[peer]?.optional !== true);
    const needed = [...Object.keys(dependencies), ...peers].filter((each) => !isForDevelopment(each));
    for (const each of needed) visit(each, folder);
  };
  for (const name of Object.keys(packageJson.dependencies)) visit(name, PROJECT);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A peer that only the compiler needs. */
function isForDevelopment(name: string): boolean {
  return Object.hasOwn(packageJson.devDependencies, name);
}

describe("docs/licences.md", () => {
  const manifests = inProduction();

  test("lists every package in production with its licence (`bun run licences` writes it)", () => {
    const direct = (name: string) => (Object.hasOwn(packageJson.dependencies, name) ? "" : " (of another)");
    const rows = manifests.map(({ name, version, license }) => `| ${name}${direct(name)} | ${version} | ${license} |`);
    expect(rows.length).toBeGreaterThanOrEqual(Object.keys(packageJson.dependencies).length);
    expectSection(
      "docs/licences.md",
      "licences",
      ["| package | version | licence |", "|---|---|---|", ...rows].join("\n"),
    );
  });

  test("has no licence that asks for more than its notice", () => {
    expect(manifests.filter(({ license = "" }) => !PERMISSIVE.includes(license)).map(({ name }) => name)).toEqual([]);
  });

  test("every dependency is pinned, and has its reason there", () => {
    const text = documentText("docs/licences.md");
    for (const [name, version] of Object.entries({ ...packageJson.dependencies, ...packageJson.devDependencies })) {
      expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
    }
    const unexplained = Object.keys(packageJson.dependencies).filter((name) => !text.includes(`* \`${name}\`: `));
    expect(unexplained).toEqual([]);
  });
});
