import { type Context, Hono } from "hono";
import { distinctBodies } from "../../domain/answer/answer-entry.ts";
import { FplaneError } from "../../domain/errors.ts";
import { FORMAT_NAMES, type Format, isFormat } from "../../domain/formats/format.ts";
import { isFixed } from "../../domain/time/night.ts";
import { getBundle } from "../../service/bundle.ts";
import { getConfigurations, type StretchEntry } from "../../service/get-configurations.ts";
import { type DateEntry, type Fplanes, getFplanes, nightsBetween } from "../../service/get-fplanes.ts";
import { demandReader } from "../../service/permission.ts";
import { entryReporter } from "../../service/reports/fplanes-report.ts";
import { streamedAnswer } from "../answers/streamed-answer.ts";
import { zipped } from "../answers/zip.ts";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { readJsonObject } from "../json-body.ts";
import { flagOf, type Query, readingOf, readQuery } from "../parameters.ts";

const READING = ["actual_pos", "full_fplane", "all_slots", "as_of", "night", "strict", "format", "body"];
const SPAN_PARAMETERS = ["from", "to", "nights", ...READING];
const CONTAINERS = { ndjson: "application/x-ndjson", zip: "application/zip" } as const;

/** `GET` and `POST` on `/fplanes`, and `GET /bundle`. */
export function fplanesRoutes(app: AppDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>({ strict: false });
  routes.get("/fplanes", (c) => ofSpan(app, c));
  routes.post("/fplanes", (c) => ofDates(app, c));
  routes.get("/bundle", (c) => bundle(app, c));
  return routes;
}

async function ofSpan(app: AppDeps, c: Context<AppEnv>): Promise<Response> {
  await demandReader(app.publicRead, c.var.caller.identify);
  const query = readQuery(c.req.url, SPAN_PARAMETERS);
  const sending = sendingOf(query, c.req.header("accept"));
  const reading = readingOf(query);
  const [from, to] = [query.get("from"), query.get("to")];
  if (!flagOf(query, "nights", false)) {
    const found = await getConfigurations(app.deps, { ...reading, from, to });
    return await streamed(app, c, found, { ...sending, fixed: areFixed(from, to) });
  }
  if (from === undefined) throw new FplaneError("bad-parameter", "nights=1 needs from=, the first night");
  const most = app.limits.dates;
  const dates = nightsBetween(app.deps, { from, to, night: reading.night }, most);
  const found = await getFplanes(app.deps, { ...reading, dates }, most);
  return await streamed(app, c, found, { ...sending, fixed: to !== undefined && areFixed(from, to) });
}

function areFixed(...dates: readonly (string | undefined)[]): boolean {
  return dates.every((datestr) => datestr === undefined || isFixed(datestr));
}

async function ofDates(app: AppDeps, c: Context<AppEnv>): Promise<Response> {
  await demandReader(app.publicRead, c.var.caller.identify);
  const query = readQuery(c.req.url, READING);
  const sending = sendingOf(query, c.req.header("accept"));
  const dates = datesIn(await readJsonObject(c));
  const found = await getFplanes(app.deps, { ...readingOf(query), dates }, app.limits.dates);
  return await streamed(app, c, found, { ...sending, fixed: false });
}

/** What is neither a text nor a number names no date, and is told as such beside the others. @throws FplaneError `bad-json` */
function datesIn(body: Readonly<Record<string, unknown>>): string[] {
  const { dates, ...others } = body;
  if (!Array.isArray(dates) || Object.keys(others).length > 0)
    throw new FplaneError(
      "bad-json",
      'the body is {"dates": ["20180715", ...]}; all else is a parameter of the address',
    );
  return dates.map((date: unknown) => (typeof date === "string" ? date : JSON.stringify(date)));
}

type Sending = { readonly container: keyof typeof CONTAINERS; readonly body: Format };

/** `format` is how they are sent, `body` the form of each; a form alone may also stand as `format`, as for one file. */
function sendingOf(query: Query, accept = ""): Sending {
  const format = query.get("format") ?? (/\bapplication\/zip\b/i.test(accept) ? "zip" : "ndjson");
  const body = query.get("body") ?? (isFormat(format) ? format : "txt");
  const container = isFormat(format) ? "ndjson" : format;
  if ((container !== "ndjson" && container !== "zip") || (isFormat(format) && body !== format)) {
    const shown = JSON.stringify(format.slice(0, 60));
    throw new FplaneError(
      "bad-parameter",
      `format is ${shown}: it takes ndjson or zip; body= is the form of each file`,
    );
  }
  if (!isFormat(body)) {
    const [shown, known] = [JSON.stringify(body.slice(0, 60)), FORMAT_NAMES.join(", ")];
    throw new FplaneError("bad-parameter", `body is ${shown}: it takes ${known}`, { parameter: "body" });
  }
  return { container, body };
}

async function streamed(
  app: AppDeps,
  c: Context<AppEnv>,
  { revision, pinned, entries }: Fplanes<DateEntry | StretchEntry>,
  {
    container,
    body,
    fixed,
  }: Sending & { /** Whether what was asked for names the same times for ever. */ readonly fixed: boolean },
): Promise<Response> {
  const pieces = container === "zip" ? zipped(filesOf(entries, body)) : linesOf(entries, body);
  return await streamedAnswer(app, c, pieces, {
    pinned: pinned && fixed,
    headers: {
      "content-type": CONTAINERS[container],
      "content-disposition": `attachment; filename="fplanes.${container}"`,
      "x-fplane-revision": String(revision),
    },
  });
}

async function* linesOf(entries: AsyncIterable<DateEntry | StretchEntry>, format: Format): AsyncGenerator<string> {
  const [report, first] = [entryReporter(format), distinctBodies()];
  for await (const entry of entries) {
    const reported = report(entry);
    const body = first(reported);
    yield `${JSON.stringify(body === null ? reported.entry : { ...reported.entry, body })}\n`;
  }
}

/** The files, each name once, and at the end a list of all that was asked for, also of what has no file. */
async function* filesOf(entries: AsyncIterable<DateEntry | StretchEntry>, format: Format) {
  const report = entryReporter(format);
  const names = new Set<string>();
  const index: string[] = [];
  for await (const entry of entries) {
    const { entry: told, body } = report(entry);
    index.push(`${JSON.stringify(told)}\n`);
    if (body === null || names.has(told.filename)) continue;
    names.add(told.filename);
    yield { name: told.filename, text: body };
  }
  yield { name: "index.ndjson", text: index.join("") };
}

async function bundle(app: AppDeps, c: Context<AppEnv>): Promise<Response> {
  await demandReader(app.publicRead, c.var.caller.identify);
  const asOf = readQuery(c.req.url, ["as_of"]).get("as_of");
  const { revision, pinned, identity, lines } = await getBundle(app.deps, asOf);
  return await streamedAnswer(app, c, lines, {
    pinned,
    identity,
    headers: {
      "content-type": CONTAINERS.ndjson,
      "content-disposition": `attachment; filename="fplane-bundle-${revision}.ndjson"`,
      "x-fplane-revision": String(revision),
    },
  });
}
