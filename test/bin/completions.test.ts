import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { everyCommand } from "../support/commands.ts";
import { runHere } from "../support/fake-terminal.ts";
import { temporaryDirectory } from "../support/live-server.ts";

const COMMANDS = (await everyCommand()).filter(({ node }) => "groups" in node);

/** What is typed, up to the tab, and some of what can follow; `not` must not be offered. */
const CASES: readonly { readonly typed: string; readonly offers: readonly string[]; readonly not?: string }[] = [
  { typed: "fplane us", offers: ["user"], not: "update" },
  { typed: "fplane user r", offers: ["role", "rotate"], not: "add" },
  { typed: "fplane get --form", offers: ["--format"], not: "--from" },
  { typed: "fplane get --format ", offers: ["txt", "json", "csv", "ecsv", "ds9"] },
  { typed: "fplane retract --slot 05", offers: ["050", "055", "059"], not: "060" },
  { typed: "fplane user role ada c", offers: ["curator"], not: "updater" },
  { typed: "fplane completions f", offers: ["fish"], not: "bash" },
  { typed: "fplane blame l", offers: ["latest"] },
  { typed: "fplane history --slot 013 --u", offers: [], not: "--ut" },
];

let directory: string;
beforeAll(async () => {
  directory = await temporaryDirectory();
  for (const [shell, file] of [
    ["bash", "fplane.bash"],
    ["zsh", "_fplane"],
    ["fish", "fplane.fish"],
  ] as const) {
    const { code, stdout, stderr } = await runHere(["completions", shell]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    await Bun.write(join(directory, file), stdout);
  }
  await Bun.write(join(directory, "init.zsh"), ZSH_INIT);
  await Bun.write(join(directory, "capture.zsh"), ZSH_CAPTURE);
});

async function output(words: readonly string[]): Promise<string> {
  const child = Bun.spawn([...words], { cwd: directory, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`${words[0]} exited with ${code}: ${stderr}`);
  expect(stderr).toBe("");
  return stdout;
}

/** Calls the function as bash does at a tab: with the words and the number of the one at the cursor. */
async function offeredByBash(typed: string): Promise<string[]> {
  const words = typed.split(" ").map((word) => `'${word}'`);
  const call = `COMP_WORDS=(${words.join(" ")}) COMP_CWORD=${words.length - 1}; _fplane; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return (await output(["bash", "--norc", "-c", `source ./fplane.bash; ${call}`])).split("\n");
}

async function offeredByFish(typed: string): Promise<string[]> {
  const lines = await output(["fish", "--no-config", "-c", `source fplane.fish; complete -C '${typed}'`]);
  return lines.split("\n").map((line) => line.split("\t")[0] ?? "");
}

/** A zsh with a terminal of its own, whose `compadd` also prints what it is given. */
const ZSH_CAPTURE = `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1= PS2= ; stty -echo; fpath=($PWD \\$fpath); autoload -U compinit; compinit -u -D; source ./init.zsh; print REA''DY"
zpty -r -m z out '*READY*'
zpty -n -w z "$1"$'\\t'
zpty -r -m z out '*DONE*'
print -r -- "$out"
zpty -d z
`;
const ZSH_INIT = `bindkey '^I' complete-word
unsetopt AUTO_LIST BEEP
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return $?; fi
  local -a hits
  builtin compadd -A hits "$@"
  for hit in $hits; do print -r -- "<$hit>"; done
  builtin compadd "$@"
}
finished() { print DONE }
comppostfuncs=(finished)
`;

async function offeredByZsh(typed: string): Promise<string[]> {
  const lines = await output(["zsh", "-f", "./capture.zsh", typed]);
  return [...lines.matchAll(/<([^<>\n]+)>/g)].map(([, hit = ""]) => hit);
}

function expectOffers(offered: readonly string[], { offers, not }: (typeof CASES)[number]): void {
  expect(offered).toEqual(expect.arrayContaining([...offers]));
  if (not !== undefined) expect(offered).not.toContain(not);
}

describe("completions", () => {
  test.each(CASES)("bash offers what can follow $typed", async (each) => {
    expectOffers(await offeredByBash(each.typed), each);
  });

  test.skipIf(Bun.which("fish") === null).each(CASES)("fish offers what can follow $typed (needs fish)", async (each) =>
    expectOffers(await offeredByFish(each.typed), each),
  );

  // Each zsh gathers all its completions first, which takes a second: a few of the cases tell as much.
  test.skipIf(Bun.which("zsh") === null).each(CASES.slice(1, 6))(
    "zsh offers what can follow $typed (needs zsh)",
    async (each) => expectOffers(await offeredByZsh(each.typed), each),
  );

  test("bash offers every command, and the values of a flag that is written with =", async () => {
    for (const { path, node } of COMMANDS) {
      const names = "groups" in node ? Object.keys(node.groups) : [];
      expect((await offeredByBash(`${path} `)).filter((line) => line !== "")).toEqual(names);
    }
    expect(await offeredByBash("fplane get --format = e")).toEqual(["ecsv", ""]);
  });

  test("a file is completed where one is taken, in each shell that is here", async () => {
    await Bun.write(join(directory, "fplane20180101.txt"), "");
    expect(await offeredByBash("fplane identify fplane2018")).toContain("fplane20180101.txt");
    expect(await offeredByBash("fplane get -o fplane2018")).toContain("fplane20180101.txt");
    if (Bun.which("fish")) expect(await offeredByFish("fplane identify fplane2018")).toContain("fplane20180101.txt");
    if (Bun.which("zsh")) expect(await offeredByZsh("fplane identify fplane2018")).toContain("fplane20180101.txt");
  });

  test("a shell that there is not is refused, with the one that was meant", async () => {
    const { code, stderr } = await runHere(["completions", "fihs"]);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("did you mean fish?") });
  });
});
