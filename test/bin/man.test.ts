import { describe, expect, test } from "bun:test";
import { ERRORS } from "../../src/domain/errors.ts";
import { everyCommand } from "../support/commands.ts";
import { runHere } from "../support/fake-terminal.ts";

const LEAVES = (await everyCommand()).filter(({ node }) => !("groups" in node));

/** The manual as a reader gets it, and what the formatter complains of. */
function formatted(roff: string): { readonly text: string; readonly warnings: string } {
  const { stdout, stderr } = Bun.spawnSync(["groff", "-man", "-Tascii", "-P-cbou", "-ww"], {
    stdin: Buffer.from(roff),
  });
  return { text: String(stdout), warnings: String(stderr) };
}

describe("man", () => {
  test("has a section for every command, with every flag", async () => {
    const { code, stdout } = await runHere(["man"]);
    expect(code).toBe(0);
    expect(stdout).toStartWith('.TH FPLANE 1 "" "fplane ');
    for (const { path, node } of LEAVES) {
      const [, section = ""] = stdout.split(`.SS "${path.replaceAll("-", "\\-")}"\n`);
      expect(section).not.toBe("");
      const own = section.split("\n.S")[0];
      for (const name of Object.keys(node.args ?? {})) {
        if (node.args && (node.args as Record<string, { type?: string }>)[name]?.type === "positional") continue;
        expect(own).toContain(`\\-\\-${name.replaceAll("-", "\\-")}\\fR`);
      }
    }
  });

  test("says what each exit code means", async () => {
    const { stdout } = await runHere(["man"]);
    const [, codes = ""] = stdout.split(".SH EXIT STATUS\n");
    for (const code of Object.keys(ERRORS)) expect(codes).toContain(`(${code.replaceAll("-", "\\-")})`);
  });

  test("--json is the definitions of the commands", async () => {
    const { stdout } = await runHere(["man", "--json"]);
    const commands = JSON.parse(stdout) as { path: string }[];
    expect(commands.map(({ path }) => path)).toEqual((await everyCommand()).map(({ path }) => path));
  });

  test.skipIf(Bun.which("groff") === null)(
    "is formatted without a warning, and says what it says (needs groff)",
    async () => {
      const { text, warnings } = formatted((await runHere(["man"])).stdout);
      expect(warnings).toBe("");
      expect(text).toMatch(/NAME\n\s+fplane - Which focal plane was valid at this date\?/);
      expect(text).toMatch(/--command COMMAND\n/);
      expect(text).toContain(`fplane update --command "syscmd -V 'get_hardware_status'" --commit`);
      expect(text).toContain("~/.local/state/fplane/queue");
    },
  );
});
