import { FplaneError } from "../domain/errors.ts";
import type { Layout } from "../domain/files/fplane-file.ts";
import { readFlag } from "../domain/flag.ts";
import { FORMAT_NAMES, FORMATS, type Format, isFormat } from "../domain/formats/format.ts";
import type { NightReading } from "../domain/time/night.ts";
import type { Reading } from "../service/get-fplanes.ts";

/** The query of a request, each name at most once. */
export type Query = ReadonlyMap<string, string>;

/**
 * Reads the query and refuses names that the route does not have: a mistyped `full_fplan=0` would otherwise answer with
 * another file than the one that was meant.
 *
 * @throws FplaneError `bad-parameter`
 */
export function readQuery(url: string, names: readonly string[]): Query {
  const start = url.indexOf("?");
  const query = new Map<string, string>();
  if (start < 0) return query;
  for (const [name, value] of new URLSearchParams(url.slice(start))) {
    if (!names.includes(name)) {
      throw new FplaneError(
        "bad-parameter",
        `there is no parameter ${JSON.stringify(name.slice(0, 60))}; there are ${names.join(", ")}`,
      );
    }
    if (query.has(name)) throw new FplaneError("bad-parameter", `${name} is given twice`, { parameter: name });
    query.set(name, value);
  }
  return query;
}

/** @throws FplaneError `bad-parameter` */
export function flagOf(query: Query, name: string, absent: boolean): boolean {
  return readFlag(name, query.get(name), absent);
}

/** `full_fplane` and `all_slots`. @throws FplaneError `bad-parameter` */
export function layoutOf(query: Query): Layout {
  const allSlots = flagOf(query, "all_slots", false);
  const full = flagOf(query, "full_fplane", true);
  if (allSlots && !full) {
    throw new FplaneError(
      "bad-parameter",
      "all_slots=1 asks for every seat and full_fplane=0 for the active ones: choose one",
    );
  }
  if (allSlots) return "all-slots";
  return full ? "full" : "short";
}

/** @throws FplaneError `bad-parameter` */
export function nightReadingOf(query: Query): NightReading {
  const night = query.get("night") ?? "local";
  if (night === "local" || night === "ut") return night;
  throw new FplaneError("bad-parameter", `night is ${JSON.stringify(night.slice(0, 60))}: it takes local or ut`, {
    parameter: "night",
  });
}

/** What is asked of each instant, whether of one or of many. @throws FplaneError `bad-parameter` */
export function readingOf(query: Query): Reading {
  return {
    asOf: query.get("as_of"),
    actualPositions: flagOf(query, "actual_pos", false),
    layout: layoutOf(query),
    night: nightReadingOf(query),
    strict: flagOf(query, "strict", false),
  };
}

/**
 * The format that is asked for by name, else by the Accept header, else the text file.
 *
 * @throws FplaneError `bad-parameter`, `not-acceptable`
 */
export function formatOf(query: Query, accept: string | undefined): Format {
  const name = query.get("format");
  if (name === undefined) return accepted(accept);
  if (isFormat(name)) return name;
  const known = FORMAT_NAMES.join(", ");
  throw new FplaneError("bad-parameter", `format is ${JSON.stringify(name.slice(0, 60))}: it takes ${known}`, {
    parameter: "format",
  });
}

/** The formats in order of our preference, for Accept headers that leave a choice. */
const OFFERED = Object.entries(FORMATS) as [Format, (typeof FORMATS)[Format]][];

function accepted(accept: string | undefined): Format {
  if (accept === undefined || accept === "*/*" || accept === "") return "txt";
  const ranges = accept.split(",").map((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith("q="));
    return { type, quality: q === undefined ? 1 : Number(q.slice(2)) || 0 };
  });
  const qualityOf = (mediaType: string) => {
    const [family] = mediaType.split("/");
    const match = [mediaType, `${family}/*`, "*/*"].map((type) => ranges.find((range) => range.type === type));
    return match.find((range) => range !== undefined)?.quality ?? 0;
  };
  const best = OFFERED.map(([format, { mediaType }]) => ({ format, quality: qualityOf(mediaType) }));
  const first = best.toSorted((a, b) => b.quality - a.quality)[0];
  if (first !== undefined && first.quality > 0) return first.format;
  const offered = OFFERED.map(([, { mediaType }]) => mediaType).join(", ");
  throw new FplaneError(
    "not-acceptable",
    `none of ${JSON.stringify(accept.slice(0, 120))} can be given; there are ${offered}`,
  );
}
