import type { Operation, OperationAnswer, Operations } from "./operation.ts";

function text(description: string, mediaType: string): OperationAnswer {
  return { description, content: { [mediaType]: null }, headers: ["Cache-Control"] };
}

const PLAIN = { query: [], errors: [], needs: "nothing", examples: [] } as const;

const TRPC = {
  tag: "typed",
  query: ["input", "batch"],
  description: "Each procedure has its input and output as TypeScript types: `AppRouter` of the package.",
  answers: {
    200: {
      description: "The result, as tRPC wraps it; a subscription is a stream of events",
      content: { "application/json": null, "text/event-stream": null },
      headers: ["Cache-Control", "Vary"],
    },
  },
  errors: [],
  needs: "nothing",
  examples: [],
} as const satisfies Partial<Operation>;

/** What is neither a file nor told of the record: typed calls, clients, the page, and what keeps the service running. */
export const OTHER_OPERATIONS: Operations = {
  "GET /trpc/*": {
    ...TRPC,
    id: "query",
    summary: "A query or a subscription of the tRPC router",
    examples: [{ name: "the tags", path: "/trpc/tags.list" }],
  },
  "POST /trpc/*": { ...TRPC, id: "mutate", summary: "A mutation of the tRPC router" },
  "GET /get_fplane.sh": {
    ...PLAIN,
    id: "shellClient",
    tag: "clients",
    summary: "The client for a shell, which asks the server that it was fetched from",
    answers: { 200: text("The script", "text/x-shellscript") },
  },
  "GET /fplane.py": {
    ...PLAIN,
    id: "pythonClient",
    tag: "clients",
    summary: "The client for Python, which asks the server that it was fetched from",
    answers: { 200: text("The program", "text/x-python") },
  },
  "GET /healthz": {
    ...PLAIN,
    id: "health",
    tag: "operation",
    summary: "Whether the process answers, and its version",
    answers: {
      200: { description: "It does", content: { "application/json": "Health" }, headers: ["Cache-Control"] },
    },
    examples: [{ name: "a server", path: "/healthz" }],
  },
  "GET /readyz": {
    ...PLAIN,
    id: "readiness",
    tag: "operation",
    summary: "Whether it reaches its database",
    answers: {
      200: { description: "It does", content: { "application/json": "Readiness" }, headers: ["Cache-Control"] },
      503: {
        description: "It does not; what is known is still served",
        content: { "application/json": "Readiness" },
        headers: ["Cache-Control", "Retry-After"],
      },
    },
    examples: [{ name: "a server", path: "/readyz" }],
  },
  "GET /metrics": {
    ...PLAIN,
    id: "metrics",
    tag: "operation",
    summary: "Counters, latencies and the state of the record, for Prometheus",
    needs: "reading",
    answers: { 200: text("The metrics", "text/plain") },
  },
  "GET /openapi.json": {
    ...PLAIN,
    id: "openapi",
    tag: "operation",
    summary: "This document",
    answers: { 200: text("OpenAPI 3.1", "application/json") },
  },
  "GET /docs": {
    ...PLAIN,
    id: "documents",
    tag: "page",
    summary: "The documents, as pages",
    answers: { 200: text("The first of them", "text/html") },
  },
  "GET /docs/:name{.+}": {
    ...PLAIN,
    id: "document",
    tag: "page",
    summary: "One document; the name may have slashes",
    errors: ["not-found"],
    answers: {
      200: { description: "The page", content: { "text/html": null, "text/css": null }, headers: ["Cache-Control"] },
    },
    examples: [{ name: "one that there is not", path: "/docs/nothing" }],
  },
  "GET /docs/pictures/:name": {
    ...PLAIN,
    id: "picture",
    tag: "page",
    summary: "A picture of the documents",
    errors: ["not-found"],
    answers: {
      200: {
        description: "The picture",
        content: { "image/png": null, "image/svg+xml": null },
        headers: ["Cache-Control"],
      },
    },
    examples: [{ name: "one that there is not", path: "/docs/pictures/nothing.png" }],
  },
  "GET /": {
    ...PLAIN,
    id: "page",
    tag: "page",
    summary: "The page for people",
    answers: {
      200: { ...text("The page", "text/html"), headers: ["Cache-Control", "ETag", "Vary"] },
      304: { description: "Unchanged", content: {}, headers: ["ETag"] },
    },
  },
  "GET /assets/:file": {
    ...PLAIN,
    id: "pagePart",
    tag: "page",
    summary: "What the page loads",
    errors: ["not-found"],
    answers: {
      200: {
        description: "The part",
        content: { "text/javascript": null, "text/css": null, "image/svg+xml": null },
        headers: ["Cache-Control", "ETag", "Vary"],
      },
      304: { description: "Unchanged", content: {}, headers: ["ETag"] },
    },
    examples: [{ name: "a part that there is not", path: "/assets/nothing.js" }],
  },
};
