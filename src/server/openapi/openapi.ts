import { ERRORS, type ErrorCode } from "../../domain/errors.ts";
import examples from "./examples.json" with { type: "json" };
import { FILE_OPERATIONS } from "./files.ts";
import { type Json, jsonSchemaOf } from "./json-schema.ts";
import type { Operation, OperationAnswer, OperationExample, Operations } from "./operation.ts";
import { OTHER_OPERATIONS } from "./others.ts";
import { HEADERS, type HeaderName, PARAMETERS, type ParameterName } from "./parameters.ts";
import { RECORD_OPERATIONS } from "./record.ts";
import { SCHEMAS } from "./schemas.ts";

/** Every route of the app, by method and path as Hono has them. */
export const OPERATIONS: Operations = { ...FILE_OPERATIONS, ...RECORD_OPERATIONS, ...OTHER_OPERATIONS };

/** What any request can meet. */
const ANY: readonly ErrorCode[] = [
  "bad-parameter",
  "uri-too-long",
  "headers-too-large",
  "too-many-requests",
  "internal",
];
const READING: readonly ErrorCode[] = ["no-key", "unknown-key", "user-disabled", "unavailable"];
const WITH_BODY: readonly ErrorCode[] = ["too-slow", "too-large"];

/** A request of the examples, as a person reads it; the answers are kept under it. */
export function requestLine(method: string, { path, headers, body }: OperationExample): string {
  const told = Object.entries(headers ?? {}).map(([name, value]) => ` (${name}: ${value})`);
  const sent = body === undefined ? "" : ` with ${typeof body === "string" ? body : JSON.stringify(body)}`;
  return `${method} ${path}${told.join("")}${sent}`;
}

/** The codes that a route can refuse with. */
export function errorsOf(method: string, { errors, needs }: Operation): ErrorCode[] {
  const known = new Set([
    ...errors,
    ...ANY,
    ...(needs === "nothing" ? [] : READING),
    ...(method === "POST" ? WITH_BODY : []),
  ]);
  return (Object.keys(ERRORS) as ErrorCode[]).filter((code) => known.has(code));
}

/** The OpenAPI 3.1 document of the whole server. */
export function openapiDocument(version: string): Json {
  const components = new Map<string, Json>();
  const add = (named: Readonly<Record<string, Json>>) => {
    for (const [name, schema] of Object.entries(named)) components.set(name, schema);
  };
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    const { schema: own, named } = jsonSchemaOf(schema);
    add(named);
    if (!("$ref" in own) || own["$ref"] !== `#/components/schemas/${name}`) components.set(name, own);
  }
  const paths: Record<string, Record<string, Json>> = {};
  for (const [route, operation] of Object.entries(OPERATIONS)) {
    const [method = "", pattern = ""] = route.split(" ");
    const path = pattern.replaceAll(/:(\w+)(\{.*?\})?/g, "{$1}").replace("*", "{procedure}");
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationJson(method, path, operation, add) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "fplane", version, description: DESCRIPTION, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/" }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: Object.fromEntries([...components].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: SECURITY,
    },
  };
}

const DESCRIPTION = `Which focal plane of HETDEX was valid at this date, and what is recorded of it.

A date string is a night (20180715: its midnight at the telescope), a timestamp in UTC (2018-05-22T02:37:53), a shot
(20180611v017), MJD58314.2 or JD2458314.7; empty, latest and current are now. A bound of a span that is a date is the noon
at which its night begins. Instants are told in UTC. Errors are RFC 9457; programs branch on their code. HEAD is answered
wherever GET is.`;

const TAGS = {
  files: "Focal-plane files, and the nightly update",
  record: "What is recorded, since when, and who says so",
  typed: "The same verbs and the curator's, for typed clients",
  clients: "Clients without dependencies",
  operation: "For those who keep the service running",
  page: "The page for people",
} as const;

const SECURITY = {
  key: { type: "http", scheme: "FPS_API", description: "Authorization: FPS_API APIKEY=<key>" },
  bearer: { type: "http", scheme: "bearer", description: "Authorization: Bearer <key>" },
} as const;

function operationJson(
  method: string,
  path: string,
  operation: Operation,
  add: (named: Readonly<Record<string, Json>>) => void,
): Json {
  const { id, tag, summary, description, query, body, needs } = operation;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => parameterJson(name as ParameterName, "path"));
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    parameters: [...inPath, ...query.map((name) => parameterJson(name, "query"))],
    ...(body === undefined ? {} : { requestBody: bodyJson(body, add) }),
    responses: responsesJson(method, operation),
    security: [...(needs === "nothing" || needs === "reading" ? [{}] : []), ...(needs === "nothing" ? [] : KEYS)],
  };
}

const KEYS = [{ key: [] }, { bearer: [] }];

function parameterJson(key: ParameterName, place: "path" | "query"): Json {
  const {
    description,
    schema,
    example,
    name = key,
  }: (typeof PARAMETERS)[ParameterName] & { example?: string; name?: string } = PARAMETERS[key];
  return {
    name,
    in: place,
    ...(place === "path" ? { required: true } : {}),
    description,
    schema: jsonSchemaOf(schema).schema,
    ...(example === undefined ? {} : { example }),
  };
}

function bodyJson(
  { description, mediaType, schema }: NonNullable<Operation["body"]>,
  add: (named: JsonMap) => void,
): Json {
  const { schema: own, named } = jsonSchemaOf(schema, "input");
  add(named);
  return { description, required: true, content: { [mediaType]: { schema: own } } };
}

type JsonMap = Readonly<Record<string, Json>>;

/** What the example requests were answered, by what was asked. */
type Answered = { readonly status: number; readonly mediaType: string; readonly body: unknown };

const ANSWERED: Readonly<Record<string, Answered>> = examples;

function responsesJson(method: string, operation: Operation): Json {
  const shown = operation.examples.flatMap((example) => {
    const request = requestLine(method, example);
    const answered = ANSWERED[request];
    return answered === undefined ? [] : [{ ...answered, name: example.name, request }];
  });
  const responses: Record<string, Json> = {};
  const examplesOf = (status: number, mediaType: string) => {
    const own = shown.filter((each) => each.status === status && each.mediaType === mediaType);
    return own.length === 0
      ? {}
      : {
          examples: Object.fromEntries(own.map(({ name, request, body }) => [name, { summary: request, value: body }])),
        };
  };
  for (const [status, answer] of Object.entries(operation.answers)) {
    responses[status] = answerJson(answer, (mediaType) => examplesOf(Number(status), mediaType));
  }
  const byStatus = Map.groupBy(errorsOf(method, operation), (code) => ERRORS[code].http);
  for (const [status, codes] of byStatus) {
    if (responses[status] === undefined) responses[status] = errorJson(status, codes, examplesOf(status, PROBLEM));
  }
  return responses;
}

const PROBLEM = "application/problem+json";

function answerJson(
  { description, content, headers, sometimes = [] }: OperationAnswer,
  examplesOf: (mediaType: string) => Json,
): Json {
  const entries = Object.entries(content).map(([mediaType, name]) => [
    mediaType,
    {
      schema: name === null ? { type: "string" } : { $ref: `#/components/schemas/${name}` },
      ...examplesOf(mediaType),
    },
  ]);
  return {
    description,
    headers: { ...headersJson(headers, true), ...headersJson(sometimes, false) },
    ...(entries.length === 0 ? {} : { content: Object.fromEntries(entries) }),
  };
}

function headersJson(names: readonly HeaderName[], required: boolean): Json {
  return Object.fromEntries(
    names.map((name) => [name, { description: HEADERS[name], required, schema: { type: "string" } }]),
  );
}

function errorJson(status: number, codes: readonly ErrorCode[], shown: Json): Json {
  const headers: readonly HeaderName[] =
    status === 401 ? ["WWW-Authenticate"] : status === 429 || status === 503 ? ["Retry-After"] : [];
  return {
    description: codes.map((code) => `${code}: ${ERRORS[code].title}`).join(". "),
    headers: headersJson([...headers, "Cache-Control"], true),
    content: {
      [PROBLEM]: {
        schema: { allOf: [{ $ref: "#/components/schemas/Problem" }, { properties: { code: { enum: codes } } }] },
        ...shown,
      },
    },
  };
}
