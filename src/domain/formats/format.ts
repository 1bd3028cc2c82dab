import type { RenderedAnswer } from "../answer/answer.ts";
import type { Pointing } from "../plane/sky.ts";
import { renderCsv } from "./csv.ts";
import { renderDs9 } from "./ds9.ts";
import { renderEcsv } from "./ecsv.ts";
import { renderJson } from "./json.ts";

/** The forms in which an answer is given: its media type, and the ending of its file's name. */
export const FORMATS = {
  txt: { mediaType: "text/plain", ending: "txt" },
  json: { mediaType: "application/json", ending: "json" },
  csv: { mediaType: "text/csv", ending: "csv" },
  ecsv: { mediaType: "application/x-ecsv", ending: "ecsv" },
  ds9: { mediaType: "application/x-ds9", ending: "reg" },
} as const;

export type Format = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as Format[];

/** Whether there is such a form. */
export function isFormat(name: string): name is Format {
  return Object.hasOwn(FORMATS, name);
}

/**
 * The body of an answer in a format. The text file itself is part of the answer, byte for byte.
 *
 * @param pointing where the telescope looks, for regions in the sky; no other format knows of it
 */
export function renderAnswer(answer: RenderedAnswer, format: Format, pointing: Pointing | null = null): string {
  switch (format) {
    case "txt":
      return answer.text;
    case "json":
      return renderJson(answer);
    case "csv":
      return renderCsv(answer);
    case "ecsv":
      return renderEcsv(answer);
    case "ds9":
      return renderDs9(answer, pointing);
  }
}
