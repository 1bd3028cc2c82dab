import { describe, expect, test } from "bun:test";
import { appRouter } from "../../router/app-router.ts";
import { ERRORS } from "../../src/domain/errors.ts";
import { FORMATS } from "../../src/domain/formats/format.ts";
import type { Store } from "../../src/service/store.ts";
import { documentText, expectSection } from "../support/documents.ts";
import { observatory, testApp } from "../support/observatory.ts";

const API = "docs/api.md";
const text = documentText(API);

/** What tRPC keeps of its procedures: by their whole names, though its types show them nested. */
type Procedures = Readonly<Record<string, { readonly _def: { readonly type: string } }>>;

/** What is asked here is refused, or listed, before the store is. */
const { app } = testApp(observatory({} as Store));

/** The parameters of a route, as its refusal of one that it does not have lists them. */
async function parametersOf(method: string, path: string): Promise<string[]> {
  const key = method === "POST" ? { body: "{}" } : {};
  const answer = await app.request(`${path}?no_such_parameter=1`, { method, ...key });
  const { message } = (await answer.json()) as { message: string };
  const [, list = ""] = /; there are (.*)$/.exec(message) ?? [];
  return list.split(", ");
}

describe("docs/api.md", () => {
  test("has every route that the server has, and no other", () => {
    const routes = app.routes
      .filter(({ method }) => method !== "ALL")
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
    const written = [...text.matchAll(/`((?:GET|POST|PUT|DELETE) \/[^`?\s]*)`/g)].map(([, route = ""]) => route);
    expect([...new Set(written)].filter((route) => route !== "GET /fplane/").toSorted()).toEqual(
      [...new Set(routes)].toSorted(),
    );
    expect(text).toContain("`/trpc/*`");
  });

  for (const route of ["GET /fplane", "POST /fplane"]) {
    test(`explains every parameter of ${route}`, async () => {
      const [method = "", path = ""] = route.split(" ");
      const parameters = await parametersOf(method, path);
      expect(parameters.length).toBeGreaterThan(3);
      const [, section = ""] = text.split(`\n## \`${route}`);
      const written = [...(section.split("\n## ")[0] ?? "").matchAll(/`(\w+)=`/g)].map(([, name = ""]) => name);
      expect(parameters.filter((name) => !written.includes(name))).toEqual([]);
    });
  }

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
