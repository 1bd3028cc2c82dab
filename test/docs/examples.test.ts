import { expect, test } from "bun:test";
import { loadPublicHistory } from "../../bin/project/demo.ts";
import { PROGRAM } from "../../src/domain/role.ts";
import { addUser } from "../../src/service/users.ts";
import { blocksOf, DOCUMENTS } from "../support/documents.ts";
import { describeOnEngines } from "../support/engines.ts";
import { observatory, TestClock, testApp } from "../support/observatory.ts";

type Example = { readonly path: string; readonly command: string; readonly output: readonly string[] };

/** Every curl that a document shows together with what it answers. */
const EXAMPLES: readonly Example[] = DOCUMENTS.flatMap((path) =>
  blocksOf(path)
    .filter(({ language, text }) => language === "console" && text.startsWith("$ curl "))
    .flatMap(({ text }) =>
      text
        .split(/^\$ /m)
        .slice(1)
        .map((example) => {
          const [command = "", ...output] = example.trimEnd().split("\n");
          return { path, command, output };
        }),
    ),
);

/** What differs from run to run. */
const VOLATILE = /^(date|last-modified|x-request-id):/i;

/** Lines as they are compared: a header's name may be in any case, the members of a JSON object in any order. */
function comparable(line: string): string {
  if (/^\{.*\}$/.test(line)) return JSON.stringify(sorted(JSON.parse(line)));
  return line.replace(/^[A-Za-z-]+: /, (name) => name.toLowerCase());
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

/** The lines of an answer as curl prints them, with -i the status and the headers before the body. */
async function answerTo(command: string, request: (path: string) => Response | Promise<Response>): Promise<string[]> {
  const url = /'?(http:\/\/localhost:5000[^\s']*)'?/.exec(command)?.[1] ?? "";
  const response = await request(url);
  const body = (await response.text()).trimEnd().split("\n");
  if (!/ -\w*i/.test(command)) return body;
  const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${response.status}`, ...headers, "", ...body];
}

/** The documented lines, without `...`, that the answer does not have. */
function missingLines(output: readonly string[], answer: readonly string[]): string[] {
  const has = new Set(answer.map(comparable));
  return output
    .filter((line) => line !== "..." && !VOLATILE.test(line))
    .filter((line) => !has.has(comparable(line.replace(/^(HTTP\/1\.1 \d+).*$/, "$1"))));
}

describeOnEngines("the examples in the documents", (engine) => {
  if (engine.name !== "embedded") return; // as `serve --demo` has it
  test("are what a demo server answers", async () => {
    const { store } = await engine.open();
    const deps = observatory(store, new TestClock("2026-11-22T13:48:19Z"));
    await loadPublicHistory(deps);
    const demo = { username: "demo", role: "admin", firstName: "", lastName: "", email: "" } as const;
    await addUser(deps, PROGRAM, demo);
    const { app } = testApp(deps);
    expect(EXAMPLES.length).toBeGreaterThan(3);
    for (const { path, command, output } of EXAMPLES) {
      const answer = await answerTo(command, (url) => app.request(url));
      const missing = missingLines(output, answer);
      if (missing.length > 0) throw new Error([path, command, ...missing, "is not in", ...answer].join("\n"));
    }
  }, 120_000);

  test("are compared line by line, so that a wrong one would be noticed", () => {
    expect(
      missingLines(["HTTP/1.1 200 OK", "etag: a", "Date: x", "...", "wrong"], ["HTTP/1.1 200", "ETag: a"]),
    ).toEqual(["wrong"]);
  });
});
