import { type Context, Hono } from "hono";
import { FplaneError } from "../../domain/errors.ts";
import { readFrameList, readFrames } from "../../domain/files/frames.ts";
import { parseJson } from "../../domain/json-text.ts";
import { getChanges } from "../../service/changes.ts";
import { checkFrames } from "../../service/check.ts";
import { getDiff } from "../../service/diff.ts";
import { getHistory, type HistoryKey } from "../../service/history.ts";
import { identify } from "../../service/identify.ts";
import { demandReader } from "../../service/permission.ts";
import {
  changesReport,
  checkReport,
  diffReport,
  historyReport,
  identifiedReport,
  revisionReport,
  statusReport,
  tagReport,
  timelineReport,
} from "../../service/reports/record-report.ts";
import { getRevision, listRevisions } from "../../service/revisions.ts";
import { getStatus } from "../../service/status.ts";
import { listTags } from "../../service/tags.ts";
import { getTimeline } from "../../service/timeline.ts";
import { cacheControl, staleHeaders } from "../answers/caching.ts";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { flagOf, nightReadingOf, type Query, readQuery } from "../parameters.ts";

/** `GET /diff`, `/history`, `/changes`, `/revisions`, `/revisions/{n}`, `/tags`, `/identify`, `/timeline`, `/status`, `POST /check`. */
export function recordRoutes(app: AppDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>({ strict: false });
  const get = (
    path: string,
    names: readonly string[],
    answer: (query: Query, c: Context<AppEnv>) => Promise<unknown>,
  ) =>
    routes.get(path, async (c) => {
      await demandReader(app.publicRead, c.var.caller.identify);
      return json(app, await answer(readQuery(c.req.url, names), c));
    });
  const { deps } = app;

  get("/diff", ["a", "b", "as_of_a", "as_of_b", "actual_pos", "night"], async (query) =>
    diffReport(
      await getDiff(deps, {
        a: query.get("a") ?? "",
        b: query.get("b") ?? "",
        asOfA: query.get("as_of_a"),
        asOfB: query.get("as_of_b"),
        actualPositions: flagOf(query, "actual_pos", false),
        night: nightReadingOf(query),
      }),
    ),
  );
  get("/history", [...HISTORY_KEYS, "as_of"], async (query) =>
    historyReport(await getHistory(deps, { ...historyKey(query), asOf: query.get("as_of") })),
  );
  get("/changes", ["from_rev", "to_rev"], async (query) =>
    changesReport(await getChanges(deps, { fromRev: needed(query, "from_rev"), toRev: query.get("to_rev") })),
  );
  get("/revisions", ["before", "limit"], async (query) => {
    const limit = wholeNumber(query, "limit") ?? 50;
    if (limit > 1000) throw new FplaneError("bad-parameter", "limit is at most 1000", { parameter: "limit" });
    return (await listRevisions(deps, { before: wholeNumber(query, "before"), limit })).map(revisionReport);
  });
  get("/revisions/:rev", [], async (_query, c) => {
    const rev = c.req.param("rev") ?? "";
    if (!/^[1-9]\d{0,14}$/.test(rev))
      throw new FplaneError("not-found", `there is no revision ${JSON.stringify(rev.slice(0, 40))}`);
    const { body, ...revision } = await getRevision(deps, Number(rev));
    return { ...revisionReport(revision), body };
  });
  get("/tags", [], async () => (await listTags(deps)).map(tagReport));
  get("/identify", ["sha256"], async (query) => (await identify(deps, needed(query, "sha256"))).map(identifiedReport));
  get("/timeline", ["as_of"], async (query) => timelineReport(await getTimeline(deps, query.get("as_of"))));
  get("/status", [], async () => statusReport(await getStatus(deps)));
  routes.post("/check", async (c) => {
    await demandReader(app.publicRead, c.var.caller.identify);
    const query = readQuery(c.req.url, ["as_of"]);
    const frames = framesOf(await c.req.text());
    return json(app, checkReport(await checkFrames(deps, { frames, asOf: query.get("as_of") })));
  });
  return routes;
}

function json(app: AppDeps, value: unknown): Response {
  const stale = staleHeaders(app.deps.answers.staleSince());
  const headers = { "cache-control": cacheControl(false, app.publicRead), vary: "Authorization", ...stale };
  return Response.json(value, { headers });
}

const HISTORY_KEYS = ["ifuslot", "specid", "ifuid", "contid"] as const;

function historyKey(query: Query): { kind: HistoryKey; id: string } {
  const given = HISTORY_KEYS.filter((name) => query.has(name));
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    throw new FplaneError("bad-parameter", `ask for one of ${HISTORY_KEYS.join(", ")}`);
  }
  return { kind, id: query.get(kind) ?? "" };
}

function needed(query: Query, name: string): string {
  const value = query.get(name);
  if (value === undefined || value === "")
    throw new FplaneError("bad-parameter", `${name} is missing`, { parameter: name });
  return value;
}

function wholeNumber(query: Query, name: string): number | undefined {
  const value = query.get(name);
  if (value === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(value)) return Number(value);
  throw new FplaneError("bad-parameter", `${name} takes a whole number from 1 on`, { parameter: name });
}

/** A list of lines, or JSON: an array of objects, or an object that holds it as `frames`. */
function framesOf(text: string) {
  const start = text.trimStart()[0];
  if (start !== "[" && start !== "{") return readFrameList(text);
  const value = parseJson(text, "the body");
  const list = Array.isArray(value) ? value : (value as { frames?: unknown }).frames;
  const isRecord = (item: unknown) => typeof item === "object" && item !== null && !Array.isArray(item);
  if (!Array.isArray(list) || !list.every(isRecord)) {
    throw new FplaneError("bad-json", 'an array of objects is wanted: [{"file": ..., "ifuslot": ..., "specid": ...}]');
  }
  return readFrames(list.map((raw, i) => ({ line: i + 1, raw })));
}
