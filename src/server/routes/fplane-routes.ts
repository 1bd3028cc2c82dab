import { type Context, Hono } from "hono";
import { FplaneError } from "../../domain/errors.ts";
import { readFlag } from "../../domain/flag.ts";
import { readPointing } from "../../domain/plane/pointing.ts";
import { shown } from "../../domain/shown.ts";
import { instantText } from "../../domain/time/instant.ts";
import { getFplane } from "../../service/get-fplane.ts";
import { demandReader, demandRole } from "../../service/permission.ts";
import { updateReport } from "../../service/reports/report.ts";
import { type Queued, readQueued } from "../../service/update/queued.ts";
import { updateConfig } from "../../service/update-config.ts";
import { fplaneResponse, provenanceHeaders } from "../answers/fplane-response.ts";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { readJsonObject } from "../json-body.ts";
import { flagOf, formatOf, layoutOf, type Query, readingOf, readQuery } from "../parameters.ts";

const VARIANT = ["actual_pos", "full_fplane", "all_slots"];
const POINTING = ["ra", "dec", "pa"];
const GET_PARAMETERS = [...VARIANT, "as_of", "night", "strict", "format", ...POINTING];
const POST_PARAMETERS = [...VARIANT, "datestr", "format"];
const POST_MEMBERS = ["config", "commit", "datestr", "force", "queued"];

/** `GET` and `POST` on `/fplane`, `/fplane/` and `/fplane/{datestr}`. */
export function fplaneRoutes(app: AppDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>({ strict: false });
  for (const path of ["/fplane", "/fplane/:datestr"]) {
    routes.get(path, (c) => read(app, c));
    routes.post(path, (c) => update(app, c));
  }
  return routes;
}

async function read(app: AppDeps, c: Context<AppEnv>): Promise<Response> {
  await demandReader(app.publicRead, c.var.caller.identify);
  const query = readQuery(c.req.url, GET_PARAMETERS);
  const format = formatOf(query, c.req.header("accept"));
  const pointing = readPointing({ ra: query.get("ra"), dec: query.get("dec"), pa: query.get("pa") }, format);
  const answer = await getFplane(app.deps, { datestr: datestrOf(c), ...readingOf(query) });
  const { response, bytes } = fplaneResponse(answer, {
    format,
    pointing,
    acceptEncoding: c.req.header("accept-encoding"),
    ifNoneMatch: c.req.header("if-none-match"),
    publicRead: app.publicRead,
    pinnedUrl: pinnedUrl(query, format, instantText(answer.instant), answer.revision),
  });
  if (app.publicRead && answer.lasts) c.set("lasting", bytes);
  return response;
}

function datestrOf(c: Context<AppEnv>): string {
  return c.req.param("datestr") ?? "";
}

function pinnedUrl(query: Query, format: string, instant: string, revision: number): string {
  const pinned = new URLSearchParams();
  for (const name of [...VARIANT, ...POINTING]) {
    const value = query.get(name);
    if (value !== undefined) pinned.set(name, value);
  }
  if (format !== "txt") pinned.set("format", format);
  pinned.set("as_of", String(revision));
  return `/fplane/${instant}?${pinned}`;
}

async function update(app: AppDeps, c: Context<AppEnv>): Promise<Response> {
  const identity = demandRole(await c.var.caller.identify(), "updater", "An update"); // before the body is read
  await c.var.caller.countWrite();
  const query = readQuery(c.req.url, POST_PARAMETERS);
  const format = formatOf(query, c.req.header("accept"));
  if (format !== "txt" && format !== "json") {
    throw new FplaneError("not-acceptable", "an update is answered with the new file (txt) or with the changes (json)");
  }
  const body = await readJsonObject(c);
  const unknown = Object.keys(body).filter((name) => !POST_MEMBERS.includes(name));
  if (unknown.length > 0) {
    throw new FplaneError(
      "bad-json",
      `the body has ${JSON.stringify(unknown[0]?.slice(0, 60))}; it is {"config": {...}, "commit": true or false}`,
    );
  }
  if (!("config" in body))
    throw new FplaneError("bad-json", 'the body has no "config": it is {"config": {...}, "commit": true or false}');
  const result = await updateConfig(app.deps, identity, {
    config: body["config"],
    commit: readFlag("commit", body["commit"], false),
    force: readFlag("force", body["force"], false),
    datestr: oneDatestr([datestrOf(c), query.get("datestr"), body["datestr"]]),
    queued: queuedOf(body["queued"]),
    actualPositions: flagOf(query, "actual_pos", false),
    layout: layoutOf(query),
  });
  for (const warning of result.warnings) c.var.log.warn({ rev: result.revision }, warning);
  const headers = {
    ...provenanceHeaders(result.answer),
    "x-fplane-committed": String(result.committed),
    "cache-control": "no-store",
  };
  return format === "json"
    ? Response.json(updateReport(result), { headers })
    : new Response(result.answer.text, { headers: { ...headers, "content-type": "text/plain; charset=utf-8" } });
}

/** @throws FplaneError `bad-parameter` */
function queuedOf(given: unknown): Queued | undefined {
  if (given === undefined || given === null) return undefined;
  const { taken_at, id, ...others } = (typeof given === "object" ? given : {}) as Readonly<Record<string, unknown>>;
  if (typeof given === "object" && Object.keys(others).length === 0) return readQueued(taken_at, id);
  throw new FplaneError(
    "bad-parameter",
    `queued is ${shown(given)}; it is {"taken_at": "2020-07-01T22:30:00Z", "id": "..."}`,
  );
}

/** The start of the new configuration may stand in the path, the query or the body; twice only if it is the same. */
function oneDatestr(given: readonly unknown[]): string | undefined {
  const datestrs = new Set<string>();
  for (const datestr of given) {
    if (datestr === undefined || datestr === null || datestr === "") continue;
    if (typeof datestr !== "string" && typeof datestr !== "number")
      throw new FplaneError("bad-json", "datestr is neither a text nor a number");
    datestrs.add(String(datestr));
  }
  if (datestrs.size < 2) return [...datestrs][0];
  const shown = [...datestrs].map((datestr) => JSON.stringify(datestr.slice(0, 60)));
  throw new FplaneError("bad-parameter", `the start is given as ${shown.join(" and as ")}: give it once`);
}
