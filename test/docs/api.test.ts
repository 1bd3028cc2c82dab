import { describe, expect, test } from "bun:test";
import { appRouter } from "../../router/app-router.ts";
import { ERRORS } from "../../src/domain/errors.ts";
import { FORMATS } from "../../src/domain/formats/format.ts";
import { documentText, expectSection } from "../support/documents.ts";
import { knowingStore } from "../support/knowing-store.ts";
import { observatory, testApp } from "../support/observatory.ts";

const API = "docs/api.md";
const text = documentText(API);

/** What tRPC keeps of its procedures: by their whole names, though its types show them nested. */
type Procedures = Readonly<Record<string, { readonly _def: { readonly type: string } }>>;

/** What is asked here is refused, or listed, before the store is. */
const { app } = testApp(observatory(knowingStore("admin")));

/** The parameters of a route, as its refusal of one that it does not have lists them; none where it looks at none. */
async function parametersOf(method: string, path: string): Promise<string[]> {
  const headers = { authorization: `Bearer ${"0".repeat(48)}` };
  const answer = await app.request(`${path}?no_such_parameter=1`, { method, headers });
  const [, list = ""] =
    /there is no parameter \\"no_such_parameter\\"; there are ([^"]*)"/.exec(await answer.text()) ?? [];
  return list === "" ? [] : list.split(", ");
}

const ROUTES = app.routes.filter(({ method, path }) => method !== "ALL" && !path.includes("*"));

describe("docs/api.md", () => {
  test("has every route that the server has, and no other", () => {
    const routes = ROUTES.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)(\{[^}]*\})?/g, "{$1}")}`);
    const written = [...text.matchAll(/`((?:GET|POST|PUT|DELETE) \/[^`?\s]*)`/g)].map(([, route = ""]) => route);
    expect([...new Set(written)].filter((route) => route !== "GET /fplane/").toSorted()).toEqual(
      [...new Set(routes)].toSorted(),
    );
    expect(text).toContain("`/trpc/*`");
  });

  for (const { method, path } of ROUTES.filter(({ path }) => !path.includes(":") && path !== "/get_fplane.sh")) {
    const route = `${method} ${path}`;
    test(`explains every parameter of ${route}`, async () => {
      const [, section = ""] = text.split(new RegExp(`\\n##+ \`${route}`));
      const written = [...(section.split(/\n##+ /)[0] ?? "").matchAll(/`(\w+)=`/g)].map(([, name = ""]) => name);
      expect((await parametersOf(method, path)).filter((name) => !written.includes(name))).toEqual([]);
    });
  }

  test("is held against what the routes themselves say of their parameters", async () => {
    expect(await parametersOf("GET", "/fplane")).toContain("full_fplane");
    expect(await parametersOf("POST", "/fplane")).toContain("datestr");
  });

  test("lists every error code with its HTTP status and its title", () => {
    const rows = Object.entries(ERRORS).map(([code, { http, title }]) => `| \`${code}\` | ${http} | ${title} |`);
    expectSection(API, "errors", ["| code | HTTP | title |", "|---|---|---|", ...rows].join("\n"));
  });

  test("lists every format with its media type", () => {
    const rows = Object.entries(FORMATS).map(
      ([format, { mediaType, ending }]) => `| \`${format}\` | \`${mediaType}\` | \`.${ending}\` |`,
    );
    expectSection(API, "formats", ["| format | media type | file name ends in |", "|---|---|---|", ...rows].join("\n"));
  });

  test("lists every tRPC procedure, and whether it is a query or a mutation", () => {
    const procedures = Object.entries(appRouter._def.procedures as unknown as Procedures);
    const written = [...text.matchAll(/^\| `([\w.]+)` \| (query|mutation|subscription) \|/gm)].map(
      ([, name, type]) => `${name} ${type}`,
    );
    expect(written.toSorted()).toEqual(procedures.map(([name, { _def }]) => `${name} ${_def.type}`).toSorted());
  });
});
