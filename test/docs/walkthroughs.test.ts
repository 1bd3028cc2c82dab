import { beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentText, PROJECT, UPDATES } from "../support/documents.ts";
import { startDemo, temporaryDirectory } from "../support/live-server.ts";

/** Each is read from its beginning to its end; the last one changes the record. */
const WALKTHROUGHS = ["docs/first-five-minutes.md", "docs/scientists.md", "docs/wrong-night.md"];
const BLOCK = /^```console\n([\s\S]*?)^```$/gm;

let directory: string;
let environment: Record<string, string>;

beforeAll(async () => {
  directory = await temporaryDirectory();
  const program = join(directory, "fplane");
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${PROJECT}/bin/fplane.ts' "$@"\n`);
  chmodSync(program, 0o755);
  const { PATH = "" } = process.env;
  environment = { ...(await startDemo()), PATH: `${directory}:${PATH}`, HOME: directory, NO_COLOR: "1" };
}, 120_000);

/** A terminal's text of a command, both streams as they come. `cat` of a file that is not there makes it first. */
async function typed(command: string, output: string): Promise<string> {
  const file = /^cat ([\w.-]+)$/.exec(command)?.[1];
  if (file !== undefined && !existsSync(join(directory, file))) writeFileSync(join(directory, file), output);
  const shell = Bun.spawn(["bash", "-c", `exec 2>&1\n${command}`], { cwd: directory, env: environment });
  const [text] = await Promise.all([new Response(shell.stdout).text(), shell.exited]);
  return text;
}

/** The times at which something is recorded are those of the run; the document's nights are years before. */
function withoutToday(text: string): string {
  return text.replaceAll(/20(2[6-9]|[3-9]\d)-\d\d-\d\dT[\d:.]+Z/g, "<today>").replaceAll(/(?<=<today>) +/g, " ");
}

describe.each(WALKTHROUGHS)("%s", (path) => {
  const document = documentText(path);
  const needsPython = /^\$ python3 /m.test(document);
  const name = `shows what the program prints, command by command${needsPython ? " (needs python3)" : ""}`;

  test.skipIf(needsPython && Bun.which("python3") === null)(
    name,
    async () => {
      let written = document;
      const blocks = [...document.matchAll(BLOCK)].map(([, text = ""]) => text);
      expect(blocks.length).toBeGreaterThan(2);
      for (const block of blocks) {
        let printed = "";
        for (const example of block.split(/^\$ /m).slice(1)) {
          const [, command = "", output = ""] = /^(.*)\n([\s\S]*)$/.exec(example) ?? [];
          const answer = await typed(command, output);
          if (!UPDATES) expect(`$ ${command}\n${withoutToday(answer)}`).toBe(`$ ${command}\n${withoutToday(output)}`);
          printed += `$ ${command}\n${withoutToday(answer) === withoutToday(output) ? output : answer}`;
        }
        written = written.replace(block, () => printed);
      }
      if (UPDATES) writeFileSync(join(PROJECT, path), written);
    },
    120_000,
  );
});
