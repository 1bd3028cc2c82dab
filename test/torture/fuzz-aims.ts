import fc from "fast-check";
import { type JsonSchema, jsonOf } from "./fuzz-json.ts";
import type { ProcedureTarget, RouteTarget, Target } from "./fuzz-targets.ts";
import { hostileText, textNamed } from "./fuzz-values.ts";

/** What is asked for, as it would be sent with no harm done to it. */
export type Aim = {
  /** The route or procedure that it is meant for. */
  readonly target: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: string | null;
};

type Call = readonly [procedure: string, json: string];

const NO_ROUTES = [
  "/",
  "//",
  "/.",
  "/..",
  "/%2e%2e/%2e%2e/etc/passwd",
  "/../../etc/passwd",
  "/.env",
  "/admin",
  "/fplane/a/b",
];

/** At every target, at each as often as at any other, and at some that there are not. */
export function aimsAt(targets: readonly Target[]): fc.Arbitrary<Aim> {
  const names = [...new Set(targets.flatMap((target) => (target.kind === "route" ? target.parameters : [])))];
  const procedures = targets.filter((target) => target.kind === "procedure");
  return fc.oneof(
    ...targets.map((target) => ({
      weight: 4,
      arbitrary: target.kind === "route" ? toRoute(target, names, procedures) : toProcedure(target),
    })),
    { weight: 4, arbitrary: toNothing(targets, names) },
    {
      weight: 4,
      arbitrary: batchTo(
        procedures.filter(({ type }) => type === "query"),
        "GET",
      ),
    },
    {
      weight: 4,
      arbitrary: batchTo(
        procedures.filter(({ type }) => type === "mutation"),
        "POST",
      ),
    },
    { weight: 1, arbitrary: batchTo(procedures, "POST") },
  );
}

function toRoute(target: RouteTarget, names: readonly string[], procedures: readonly ProcedureTarget[]) {
  const own = target.parameters.length === 0 ? names : target.parameters;
  const path = target.path
    .split("/")
    .reduce<fc.Arbitrary<string>>(
      (before, part) =>
        fc
          .tuple(before, part.startsWith(":") ? pathPart(part.slice(1)) : fc.constant(part))
          .map((parts) => parts.join("/")),
      fc.constant(""),
    )
    .map((whole) => whole.slice(1));
  const aim = fc
    .record({
      path,
      query: queryOf(own),
      body: target.method === "POST" ? bodyFor(target, procedures) : fc.constant(null),
    })
    .map(({ path: where, query, body }) => ({
      target: `${target.method} ${target.path}`,
      method: target.method,
      path: `${where}${query}`,
      body,
    }));
  return aim;
}

/** What the procedures take, under their names and as REST spells them; for `/fplane` what its body has. */
function bodyFor({ path }: RouteTarget, procedures: readonly ProcedureTarget[]): fc.Arbitrary<string> {
  const properties: Record<string, JsonSchema> = {};
  for (const { input } of procedures) Object.assign(properties, input?.properties);
  const some = fc.subarray(Object.keys(properties), { maxLength: 3 });
  const anything = some.chain((names) =>
    jsonOf({ type: "object", properties: Object.fromEntries(names.map((name) => [name, properties[name] ?? {}])) }),
  );
  const lines = textNamed("frames");
  if (!path.startsWith("/fplane"))
    return fc.oneof(anything, lines, jsonOf(procedures.find(({ name }) => name === path.slice(1))?.input ?? {}));
  const queued = {
    type: "object",
    properties: { taken_at: { type: "string" }, id: { type: "string" } },
    required: ["taken_at", "id"],
  };
  const known = {
    config: {},
    commit: { type: "boolean" },
    force: { type: "boolean" },
    datestr: { type: "string" },
    queued,
  };
  return fc.oneof(
    { weight: 5, arbitrary: jsonOf({ type: "object", properties: known, required: ["config"] }) },
    { weight: 1, arbitrary: anything },
  );
}

function toProcedure(target: ProcedureTarget): fc.Arbitrary<Aim> {
  const input = target.input === null ? fc.constantFrom("", "null", "{}", '{"a": 1}') : jsonOf(target.input);
  const isQuery = target.type !== "mutation";
  return input.map((json) => ({
    target: target.name,
    method: isQuery ? "GET" : "POST",
    path: `/trpc/${target.name}${isQuery && json !== "" ? `?input=${inUrl(json)}` : ""}`,
    body: isQuery ? null : json,
  }));
}

/** Several calls in one request, as httpBatchLink sends them; some of what is no procedure, and some too many. */
function batchTo(procedures: readonly ProcedureTarget[], method: "GET" | "POST"): fc.Arbitrary<Aim> {
  const known = fc
    .constantFrom(...procedures)
    .chain(({ name, input }) => fc.tuple(fc.constant(name), jsonOf(input ?? {})));
  const call: fc.Arbitrary<Call> = fc.oneof(
    { weight: 15, arbitrary: known },
    { weight: 1, arbitrary: fc.tuple(hostileText.map(inUrl), fc.constant("{}")) },
  );
  const many = fc.tuple(call, fc.constantFrom(99, 101, 400)).map(([one, times]) => Array<Call>(times).fill(one));
  const calls: fc.Arbitrary<readonly Call[]> = fc.oneof(
    { weight: 9, arbitrary: fc.array(call, { minLength: 1, maxLength: 5 }) },
    { weight: 1, arbitrary: many },
  );
  return fc.record({ calls, batch: fc.constantFrom("1", "1", "1", "0", "x") }).map(({ calls: all, batch }) => {
    const inputs = `{${all.map(([, json], i) => `"${i}": ${json}`).join(", ")}}`;
    const path = `/trpc/${all.map(([name]) => name).join(",")}?batch=${batch}`;
    const target = `batch by ${method}`;
    return method === "GET"
      ? { target, method, path: `${path}&input=${inUrl(inputs)}`, body: null }
      : { target, method, path, body: inputs };
  });
}

function toNothing(targets: readonly Target[], names: readonly string[]): fc.Arbitrary<Aim> {
  const real = targets.map((target) => (target.kind === "route" ? target.path : `/trpc/${target.name}`));
  const path = fc.oneof(
    fc.constantFrom(...NO_ROUTES),
    fc.tuple(fc.constantFrom(...real), hostileText).map(([known, more]) => `${known}/${inUrl(more)}`),
    fc
      .tuple(fc.constantFrom("/", "/trpc/", "/trpc/users.", "/fplane/20180715/"), hostileText)
      .map(([known, more]) => `${known}${more}`),
    fc.constantFrom(...real).map((known) => known.toUpperCase()),
  );
  const aim = fc
    .record({ path, query: queryOf(names) })
    .map(({ path: where, query }) => ({ target: "nothing", method: "GET", path: `${where}${query}`, body: null }));
  return aim;
}

function pathPart(name: string): fc.Arbitrary<string> {
  return fc.tuple(textNamed(name), fc.nat({ max: 9 })).map(([text, n]) => (n === 0 ? text : inUrl(text)));
}

function queryOf(names: readonly string[]): fc.Arbitrary<string> {
  const name =
    names.length === 0
      ? hostileText
      : fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: hostileText });
  const pair = name.chain((known) => fc.tuple(fc.constant(known), textNamed(known), fc.nat({ max: 9 })));
  const few = fc.oneof(
    { weight: 15, arbitrary: fc.uniqueArray(pair, { maxLength: 4, selector: ([known]) => known }) },
    { weight: 1, arbitrary: fc.array(pair, { maxLength: 6 }) },
  );
  return few.map((pairs) => {
    const written = pairs.map(([known, text, n]) => (n === 0 ? `${known}=${text}` : `${inUrl(known)}=${inUrl(text)}`));
    return written.length === 0 ? "" : `?${written.join("&")}`;
  });
}

/** Percent-encoded; half a surrogate pair as the bytes that it would have, which are no UTF-8. */
function inUrl(text: string): string {
  return text
    .split(/\p{Surrogate}/u)
    .map((part) => encodeURIComponent(part))
    .join("%ED%A0%80");
}
