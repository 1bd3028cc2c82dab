import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSecretFile } from "../../../bin/project/secret-file.ts";

const directory = mkdtempSync(join(tmpdir(), "fplane-secret-"));
afterAll(() => rmSync(directory, { recursive: true }));

test("a file that is there stays as it is, and nothing is left beside it", async () => {
  const file = join(directory, "one", "secret");
  expect(makeSecretFile(file, "first\n")).toBe(true);
  expect(makeSecretFile(file, "second\n")).toBe(false);
  expect(await Bun.file(file).text()).toBe("first\n");
  expect((statSync(file).mode & 0o777).toString(8)).toBe("600");
  expect(readdirSync(join(directory, "one"))).toEqual(["secret"]);
});

test("of processes that make the same files at once each file is made by one, and none fails", async () => {
  const program = `import { makeSecretFile } from ${JSON.stringify(join(import.meta.dir, "../../../bin/project/secret-file.ts"))};
    const made = [];
    while (Date.now() < Number(process.argv[1])) await Bun.sleep(1);
    for (let i = 0; i < 200; i += 1) if (makeSecretFile(\`${directory}/many/\${i}\`, String(process.pid))) made.push(i);
    console.log(JSON.stringify(made));`;
  const start = String(Date.now() + 500); // together, or their turns would not meet
  const children = [1, 2, 3].map(() => Bun.spawn([process.execPath, "-e", program, start], { stdout: "pipe" }));
  const made = await Promise.all(children.map(async ({ stdout }) => JSON.parse(await new Response(stdout).text())));
  expect(made.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i));
  expect(readdirSync(join(directory, "many"))).toHaveLength(200);
});
