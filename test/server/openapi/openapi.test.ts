import { beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Validator } from "@seriousme/openapi-schema-validator";
import { loadPublicHistory } from "../../../bin/project/demo.ts";
import packageJson from "../../../package.json" with { type: "json" };
import { createApp } from "../../../src/server/app.ts";
import { ON_EVERY_BODY } from "../../../src/server/guards/security-headers.ts";
import answered from "../../../src/server/openapi/examples.json" with { type: "json" };
import { errorsOf, OPERATIONS, openapiDocument, requestLine } from "../../../src/server/openapi/openapi.ts";
import type { Operation, OperationExample } from "../../../src/server/openapi/operation.ts";
import { PARAMETERS } from "../../../src/server/openapi/parameters.ts";
import { SCHEMAS } from "../../../src/server/openapi/schemas.ts";
import { addTag } from "../../../src/service/tags.ts";
import { PROJECT, UPDATES } from "../../support/documents.ts";
import { describeOnEngines, type Engine } from "../../support/engines.ts";
import { ADMIN, logOf, OPEN_APP, observatory, TestClock } from "../../support/observatory.ts";
import { STARTING } from "../../support/site.ts";

const DOCUMENT = openapiDocument(packageJson.version);

/** More requests than the document shows, so that every route has been answered at least once. */
const PROBES: Readonly<Record<string, readonly OperationExample[]>> = {
  "GET /fplane": [{ name: "now", path: "/fplane" }],
  "GET /fplane/:datestr": ["txt", "json", "csv", "ecsv", "ds9"].map((format) => ({
    name: format,
    path: `/fplane/20190328?format=${format}&actual_pos=1&as_of=dr1`,
  })),
  "GET /fplanes": [{ name: "files", path: "/fplanes?from=20170102&to=20170116&format=zip" }],
  "GET /bundle": [{ name: "all", path: "/bundle" }],
  "GET /revisions/:rev": [{ name: "first", path: "/revisions/1" }],
  "GET /changes": [{ name: "a revision", path: "/changes?from_rev=1&to_rev=2" }],
  "GET /identify": [{ name: "a file", path: "/identify?sha256=FILE" }],
  "GET /timeline": [{ name: "all", path: "/timeline" }],
  "GET /tags": [{ name: "all", path: "/tags?" }],
  "GET /metrics": [{ name: "all", path: "/metrics" }],
  "GET /openapi.json": [{ name: "itself", path: "/openapi.json" }],
  "GET /get_fplane.sh": [{ name: "script", path: "/get_fplane.sh" }],
  "GET /fplane.py": [{ name: "script", path: "/fplane.py" }],
  "GET /": [{ name: "page", path: "/" }],
  "GET /docs": [{ name: "first", path: "/docs" }],
  "GET /docs/:name{.+}": [{ name: "of the routes", path: "/docs/api" }],
};

/** Of any answer, or of the bytes that happen to be sent. */
const GENERIC = ["content-type", "content-length", "x-request-id", ...Object.keys(ON_EVERY_BODY)];

/** Those that only a server with users, or a page, can answer well. */
const ONLY_REFUSED = [
  "POST /fplane",
  "POST /fplane/:datestr",
  "POST /trpc/*",
  "GET /assets/:file",
  "GET /docs/pictures/:name",
];

let app: ReturnType<typeof createApp>;

async function start(engine: Engine): Promise<void> {
  const deps = observatory((await engine.open()).store, new TestClock("2026-11-22T13:48:19Z"));
  await loadPublicHistory(deps);
  const build = { version: packageJson.version, engine: "embedded" } as const;
  app = createApp({ ...OPEN_APP, deps, log: logOf([]), build });
  await answerExamples();
  await addTag(deps, ADMIN, { name: "dr1", reason: "test", asOf: "1" });
}

type Given = { readonly status: number; readonly mediaType: string; readonly body: unknown };

/** The examples are asked while the record holds the public history alone. */
const given = new Map<string, { readonly response: Response; readonly told: Given }>();

async function answerExamples(): Promise<void> {
  for (const { method, example } of EXAMPLES) {
    const response = await ask(method, example);
    given.set(requestLine(method, example), { response, told: await told(response) });
  }
}

async function ask(method: string, { path, headers = {}, body }: OperationExample): Promise<Response> {
  const sent = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
  const address = path.includes("FILE") ? path.replace("FILE", await digestOfFile()) : path;
  return await app.request(address, { method, headers, ...sent });
}

async function digestOfFile(): Promise<string> {
  const file = await app.request("/fplane/20190328");
  return new Bun.CryptoHasher("sha256").update(await file.text()).digest("hex");
}

async function told(response: Response): Promise<Given> {
  const [mediaType = ""] = (response.headers.get("content-type") ?? "").split(";");
  const text = await response.text();
  return { status: response.status, mediaType, body: /\bjson$/.test(mediaType) ? JSON.parse(text) : text };
}

type Listed = {
  readonly route: string;
  readonly method: string;
  readonly operation: Operation;
  readonly example: OperationExample;
};

function listed(examplesOf: (route: string, operation: Operation) => readonly OperationExample[]): Listed[] {
  return Object.entries(OPERATIONS).flatMap(([route, operation]) =>
    examplesOf(route, operation).map((example) => ({ route, method: route.split(" ")[0] ?? "", operation, example })),
  );
}

const EXAMPLES = listed((_route, { examples }) => examples);
const PROBED = listed((route) => PROBES[route] ?? []);

/** An answer has the status, the media type, the headers and the members that its operation tells of it. */
function expectAsDocumented(
  { method, operation }: Listed,
  response: Response,
  { status, mediaType, body }: Given,
): void {
  const answer = operation.answers[status];
  if (answer === undefined) {
    expect(mediaType).toBe("application/problem+json");
    const { code } = SCHEMAS.Problem.parse(body);
    expect(errorsOf(method, operation)).toContain(code);
    return;
  }
  expect(Object.keys(answer.content)).toContain(mediaType);
  const schema = answer.content[mediaType];
  if (schema) SCHEMAS[schema].parse(body);
  const sent = [...response.headers.keys()].filter((name) => !GENERIC.includes(name));
  const [always, sometimes] = [answer.headers, answer.sometimes ?? []].map((names) =>
    names.map((name) => name.toLowerCase()),
  );
  expect(sent).toEqual(expect.arrayContaining(always ?? []));
  expect(sent.filter((name) => !always?.includes(name) && !sometimes?.includes(name))).toEqual([]);
}

describeOnEngines("/openapi.json", (engine) => {
  if (engine.name === "embedded") return; // what is answered does not depend on it, and this one is quicker
  beforeAll(() => start(engine), STARTING);

  test("is a valid document of OpenAPI 3.1, and what the server sends", async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(DOCUMENT)));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
    const sent = await app.request("/openapi.json");
    expect(await sent.json()).toEqual(JSON.parse(JSON.stringify(DOCUMENT)));
  });

  test("says of each operation what is said of it", () => {
    const paths = DOCUMENT["paths"] as Record<string, Record<string, { readonly operationId: string }>>;
    const told = new Map(
      Object.values(paths)
        .flatMap(Object.values)
        .map((operation) => [operation.operationId, operation]),
    );
    for (const { id, summary, description } of Object.values<Operation>(OPERATIONS)) {
      expect(told.get(id)).toMatchObject({ summary, ...(description === undefined ? {} : { description }) });
    }
  });

  test("refers to nothing that it does not have, and names each operation once", () => {
    const text = JSON.stringify(DOCUMENT);
    const { schemas } = DOCUMENT["components"] as { schemas: object };
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name = ""]) => name);
    expect(references.length).toBeGreaterThan(20);
    expect(references.filter((name) => !Object.hasOwn(schemas, name))).toEqual([]);
    const ids = Object.values(OPERATIONS).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("has every route of the app, and no other", () => {
    const routes = app.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(OPERATIONS).toSorted()).toEqual([...new Set(routes)].toSorted());
  });

  test("has the parameters that the routes take, and no other", async () => {
    for (const [route, { query }] of Object.entries(OPERATIONS)) {
      const [method = "", pattern = ""] = route.split(" ");
      if (/trpc|assets|openapi|docs/.test(pattern)) continue; // they look at none of ours
      const path = pattern.replace(":datestr", "20190328").replace(":rev", "1");
      const refusal = await app.request(`${path}?no_such=1`, { method });
      const [, list] = /there is no parameter \\"no_such\\"; there are ([^"]*)"/.exec(await refusal.text()) ?? [];
      if (refusal.status === 401 || list === undefined) {
        if (method === "GET") expect([route, query]).toEqual([route, []]);
        continue;
      }
      const names = query.map((name) => (PARAMETERS[name] as { name?: string }).name ?? name);
      expect([route, names.toSorted()]).toEqual([route, list === "" ? [] : list.split(", ").toSorted()]);
    }
  });

  test("shows examples that are what the server answers", () => {
    const now = Object.fromEntries([...given].map(([request, each]) => [request, each.told]));
    if (UPDATES) {
      const file = join(PROJECT, "src", "server", "openapi", "examples.json");
      writeFileSync(file, `${JSON.stringify(now, null, 2)}\n`);
    } else {
      expect(answered as unknown).toEqual(JSON.parse(JSON.stringify(now)));
    }
  });

  for (const each of EXAMPLES) {
    test(`tells what ${requestLine(each.method, each.example)} is answered: status, headers, members, code`, () => {
      const answer = given.get(requestLine(each.method, each.example));
      if (answer === undefined) throw new Error("it was not asked");
      expectAsDocumented(each, answer.response, answer.told);
    });
  }

  for (const each of PROBED) {
    test(`tells what ${requestLine(each.method, each.example)} is answered`, async () => {
      const response = await ask(each.method, each.example);
      const answer = await told(response);
      expect(answer.status).toBe(200);
      expectAsDocumented(each, response, answer);
    });
  }

  test("has been held against an answer of every route that can be asked without a key", () => {
    const well = [
      ...PROBED,
      ...EXAMPLES.filter((each) => (given.get(requestLine(each.method, each.example))?.told.status ?? 0) < 400),
    ];
    const routes = new Set(well.map(({ route }) => route));
    expect(Object.keys(OPERATIONS).filter((route) => !routes.has(route) && !ONLY_REFUSED.includes(route))).toEqual([]);
  });
});
