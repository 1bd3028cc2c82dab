import { z } from "zod";
import { FORMATS } from "../../domain/formats/format.ts";
import type { Operation, OperationAnswer, Operations } from "./operation.ts";
import type { HeaderName, ParameterName } from "./parameters.ts";

const VARIANT = ["actual_pos", "full_fplane", "all_slots"] as const;
const READING: readonly ParameterName[] = [...VARIANT, "as_of", "night", "strict", "container", "body"];

const PROVENANCE: readonly HeaderName[] = ["X-FPlane-Instant", "X-FPlane-Valid-From", "X-FPlane-Revision"];
const SOMETIMES: readonly HeaderName[] = [
  ...["X-FPlane-Valid-Until", "X-FPlane-Confirmed-Until", "X-FPlane-Stale", "Warning"],
] as HeaderName[];

const FILE: OperationAnswer = {
  description: "The file",
  content: Object.fromEntries(
    Object.entries(FORMATS).map(([format, { mediaType }]) => [mediaType, format === "json" ? "FplaneFile" : null]),
  ),
  headers: [
    ...PROVENANCE,
    ...(["Content-Disposition", "ETag", "Repr-Digest", "Last-Modified", "Cache-Control", "Vary", "Link"] as const),
  ],
  sometimes: SOMETIMES,
};

const UNCHANGED: OperationAnswer = {
  description: "If-None-Match names the ETag: nothing has changed",
  content: {},
  headers: [...PROVENANCE, "ETag", "Repr-Digest", "Last-Modified", "Cache-Control", "Vary", "Link"],
  sometimes: SOMETIMES,
};

const GET_FPLANE: Operation = {
  id: "getFplane",
  tag: "files",
  summary: "The focal-plane file that was valid now",
  query: [...VARIANT, "as_of", "night", "strict", "format", "ra", "dec", "pa"],
  answers: { 200: FILE, 304: UNCHANGED },
  errors: ["bad-date", "not-acceptable", "not-found", "no-configuration", "unconfirmed", "beyond-horizon"],
  needs: "reading",
  examples: [],
};

const GET_FPLANE_OF_DATE: Operation = {
  ...GET_FPLANE,
  id: "getFplaneOfDate",
  summary: "The focal-plane file that was valid at a date",
  examples: [
    { name: "a night", path: "/fplane/20170103?full_fplane=0" },
    { name: "for programs", path: "/fplane/20170103?full_fplane=0&format=json&as_of=1" },
    { name: "regions in the sky without a position angle", path: "/fplane/20190328?format=ds9&ra=150.1&dec=2.2" },
    { name: "before anything is recorded", path: "/fplane/20160101" },
    { name: "a date that does not exist", path: "/fplane/20180230" },
    { name: "a revision that there is not yet", path: "/fplane/20190328?as_of=1000000" },
    { name: "what nothing confirms, refused", path: "/fplane/20260101?strict=1" },
    { name: "a form that there is not", path: "/fplane/20190328", headers: { accept: "image/png" } },
    { name: "a mistyped parameter", path: "/fplane/20190328?full_fplan=0" },
  ],
};

const POST_FPLANE: Operation = {
  id: "updateConfig",
  tag: "files",
  summary: "The nightly update: what the telescope's hardware status says",
  description: "The body is read as JSON whatever its content type says. Without commit it is a dry run.",
  query: [...VARIANT, "datestr", "format"],
  body: {
    mediaType: "application/json",
    description: "The hardware status, as the telescope control system gives it",
    schema: z
      .strictObject({
        config: z.record(z.string(), z.unknown()).describe("the answer to get_hardware_status; it has __data_time"),
        commit: z.boolean().optional().describe("record it (false)"),
        datestr: z.string().optional().describe("start of the new configuration; else the status's data time"),
        force: z.boolean().optional().describe("pass the gate; needs a curator"),
        queued: z
          .strictObject({ taken_at: z.iso.datetime(), id: z.string() })
          .nullable()
          .optional()
          .describe("from a client that could not reach the server: accepted up to 7 days after"),
      })
      .meta({ id: "UpdateRequest" }),
  },
  answers: {
    200: {
      description: "The new file, or what changes",
      content: { "text/plain": null, "application/json": "Update" },
      headers: [...PROVENANCE, "X-FPlane-Committed", "Cache-Control"],
      sometimes: SOMETIMES,
    },
  },
  errors: [
    ...(["bad-date", "bad-json", "bad-status", "not-acceptable", "no-key", "unknown-key", "forbidden"] as const),
    ...(["user-disabled", "conflict", "held", "quarantined", "stale-status", "future-status"] as const),
    ...(["no-configuration", "too-many-requests"] as const),
  ],
  needs: "updater",
  examples: [],
};

const MANY: OperationAnswer = {
  description: "An entry for each, the file of each configuration once; or the files",
  content: { "application/x-ndjson": null, "application/zip": null },
  headers: ["Content-Disposition", "Cache-Control", "Vary", "X-FPlane-Revision"],
  sometimes: ["X-FPlane-Stale", "Warning"],
};

/** The files: one, many, all. */
export const FILE_OPERATIONS: Operations = {
  "GET /fplane": GET_FPLANE,
  "GET /fplane/:datestr": GET_FPLANE_OF_DATE,
  "POST /fplane": {
    ...POST_FPLANE,
    examples: [
      {
        name: "without a key",
        path: "/fplane",
        body: { config: { __data_time: "2020-07-01T17:55:00" }, commit: true },
      },
    ],
  },
  "POST /fplane/:datestr": { ...POST_FPLANE, id: "updateConfigFromDate" },
  "GET /fplanes": {
    id: "getFplanes",
    tag: "files",
    summary: "Every distinct configuration of a span, each once, with its interval",
    query: ["from", "to", "nights", ...READING],
    answers: { 200: MANY },
    errors: ["bad-date", "not-found", "no-configuration", "beyond-horizon"],
    needs: "reading",
    examples: [
      { name: "two weeks", path: "/fplanes?from=20170102&to=20170116&full_fplane=0" },
      { name: "a container that there is not", path: "/fplanes?from=20170102&format=tar" },
    ],
  },
  "POST /fplanes": {
    id: "getFplanesOfDates",
    tag: "files",
    summary: "The files of many date strings, up to 10,000 in one request",
    query: READING,
    body: {
      mediaType: "application/json",
      description: "The date strings; one that is refused is told as such among the others",
      schema: z.strictObject({ dates: z.array(z.string()) }).meta({ id: "DatesRequest" }),
    },
    answers: { 200: MANY },
    errors: ["bad-json", "not-found", "no-configuration", "beyond-horizon", "too-large"],
    needs: "reading",
    examples: [
      { name: "two nights", path: "/fplanes?full_fplane=0", body: { dates: ["20170103", "20180230"] } },
      { name: "no list", path: "/fplanes", body: {} },
    ],
  },
  "GET /bundle": {
    id: "getBundle",
    tag: "files",
    summary: "All that is needed to answer offline, in one file",
    query: ["as_of"],
    answers: {
      200: {
        description: "What a client's --bundle reads, a line each",
        content: { "application/x-ndjson": null },
        headers: ["Content-Disposition", "Cache-Control", "Vary", "X-FPlane-Revision", "ETag"],
        sometimes: ["X-FPlane-Stale", "Warning"],
      },
      304: { description: "If-None-Match names the ETag", content: {}, headers: ["ETag", "Cache-Control", "Vary"] },
    },
    errors: ["not-found", "no-configuration"],
    needs: "reading",
    examples: [{ name: "of a revision that there is not yet", path: "/bundle?as_of=1000000" }],
  },
};
