import { z } from "zod";
import { FORMAT_NAMES } from "../../domain/formats/format.ts";

/** A parameter of a path, a query or a header, as the document tells it. */
type Parameter = {
  readonly description: string;
  readonly schema: z.ZodType;
  readonly example?: string;
  /** Where it is called otherwise than it is here. */
  readonly name?: string;
};

const flag = z.enum(["0", "1", "true", "false", "yes", "no"]);
const datestr = z.string();
const asOf = z.string();
const id = z.string();

/** The parameters of all routes, by their names; the routes' own refusal of any other is held against them by a test. */
export const PARAMETERS = {
  datestr: { description: "Which instant: see the description of this document", schema: datestr, example: "20190328" },
  a: { description: "A date string; empty is now", schema: datestr, example: "20190331" },
  b: { description: "Another, or the same", schema: datestr, example: "20190401" },
  as_of: { description: "What was known when: a revision, a tag or a timestamp; else all that is known", schema: asOf },
  as_of_a: { description: "The same for the first date", schema: asOf },
  as_of_b: { description: "The same for the second date", schema: asOf },
  actual_pos: { description: "1: measured positions where there are any (0)", schema: flag },
  full_fplane: { description: "0: only the active VIRUS seats (1)", schema: flag },
  all_slots: { description: "1: every seat, no row commented out (0)", schema: flag },
  night: {
    description: "How a date without a time is read: as the local night, or as a UT date (local)",
    schema: z.enum(["local", "ut"]),
  },
  strict: { description: "1: refuse what no hardware status confirms (0)", schema: flag },
  format: {
    description: "Form of the answer; else the Accept header decides, else txt",
    schema: z.enum(FORMAT_NAMES),
  },
  ra: {
    description:
      "With dec, pa and the format ds9: regions in the sky. Right ascension of the IHMP centre, degrees, ICRS",
    schema: z.number().min(0).max(360),
  },
  dec: { description: "Its declination, degrees, ICRS", schema: z.number().min(-90).max(90) },
  pa: { description: "Position angle of the focal plane, degrees", schema: z.number().min(-360).max(360) },
  container: {
    name: "format",
    description:
      "How the files are sent: a line each, or as files (ndjson). The form of the files, as in body, does too",
    schema: z.enum(["ndjson", "zip", ...FORMAT_NAMES]),
  },
  body: { description: "Form of each file (txt)", schema: z.enum(FORMAT_NAMES) },
  from: {
    description: "Begin of the span: a date is the noon at which that night begins",
    schema: datestr,
    example: "20190325",
  },
  to: { description: "End of the span, which is not part of it", schema: datestr, example: "20190403" },
  nights: { description: "1: an entry for each night, instead of one for each configuration (0)", schema: flag },
  ifuslot: { description: "A seat", schema: id, example: "073" },
  specid: { description: "A spectrograph", schema: id },
  ifuid: { description: "An IFU", schema: id },
  contid: { description: "A controller, as it is written", schema: id },
  from_rev: { description: "The older revision, tag or time", schema: asOf, example: "60" },
  to_rev: { description: "The newer one; else the newest", schema: asOf },
  before: { description: "Only revisions older than this one", schema: z.int().min(1) },
  limit: { description: "How many, at most 1000 (50)", schema: z.int().min(1).max(1000) },
  rev: { description: "Number of a revision", schema: z.int().min(1), example: "1" },
  sha256: { description: "SHA-256 of a file, in hex", schema: z.string() },
  file: { description: "Name of a part of the page, as the page has it", schema: z.string() },
  name: { description: "Name of a document, or of a picture in one", schema: z.string(), example: "api" },
  procedure: {
    description: "Name of a tRPC procedure, or several with commas",
    schema: z.string(),
    example: "tags.list",
  },
  input: { description: "Input of the procedure, as JSON", schema: z.string() },
  batch: { description: "1: several procedures at once", schema: z.enum(["1"]) },
} as const satisfies Readonly<Record<string, Parameter>>;

export type ParameterName = keyof typeof PARAMETERS;

/** The headers of answers. */
export const HEADERS = {
  "X-FPlane-Instant": "The instant that the date string was resolved to, UTC",
  "X-FPlane-Valid-From": "Since when the answer is the same, UTC",
  "X-FPlane-Valid-Until": "Until when; absent when open",
  "X-FPlane-Confirmed-Until": "Data time of the newest hardware status that agreed; absent when none did",
  "X-FPlane-Revision": "The revision as of which the answer is",
  "X-FPlane-Stale": "Since when the database has not answered; absent while it does",
  "X-FPlane-Committed": "Whether the update was recorded",
  "Content-Disposition": "The name of the file",
  ETag: "Strong; each encoding has its own",
  "Repr-Digest": "SHA-256 of the bytes sent; each encoding has its own",
  "Last-Modified": "When the revision that last changed something in the answer was recorded",
  "Cache-Control": "immutable for a fixed date as of a revision or tag, else no-cache",
  Vary: "What of the request the answer depends on",
  Link: "The address under which the same bytes are had for ever",
  Warning: "110 while the database is away",
  Allow: "The methods that there are",
  "WWW-Authenticate": "FPS_API",
  "Retry-After": "Seconds to wait",
} as const;

export type HeaderName = keyof typeof HEADERS;
