import { FplaneError } from "../../domain/errors.ts";
import { type ReadRow, readFplane } from "../../domain/files/fplane-reader.ts";
import { checkImport, type ImportOptions } from "../../domain/files/imported-file.ts";
import { listed } from "../../domain/listed.ts";
import { instantText } from "../../domain/time/instant.ts";
import { resolveBound } from "../../domain/time/night.ts";
import { dateContext } from "../dates.ts";
import type { Deps } from "../deps.ts";
import type { DatedFile } from "./import-statements.ts";

export type ImportedFile = {
  /** The file's name, for messages and for the record. */
  readonly name: string;
  readonly text: string;
  /** A datestr, as a bound: the start of the span in which the file holds. */
  readonly from: string;
  /** A datestr, `open` (no end), or absent: each seat until its next recorded change. */
  readonly until?: string | undefined;
};

/**
 * The files by time, read and checked.
 *
 * @throws FplaneError `bad-parameter`, `bad-date`, `bad-fplane`, `conflict` that names each file which cannot be taken
 */
export function checkedFiles(
  deps: Deps,
  { files, ...options }: ImportOptions & { readonly files: readonly ImportedFile[] },
): CheckedFile[] {
  return allChecked(inOrder(deps, files), options);
}

type Scheduled = Omit<ImportedFile, "from" | "until"> & Omit<DatedFile, "rows">;

/** A file that can be taken, and when it holds. */
export type CheckedFile = Scheduled & { readonly rows: readonly ReadRow[]; readonly warnings: readonly string[] };

function inOrder(deps: Deps, files: readonly ImportedFile[]): Scheduled[] {
  if (files.length === 0) throw new FplaneError("bad-parameter", "there is no file to import");
  const dates = dateContext(deps);
  const bound = (datestr: string) => resolveBound(datestr, dates);
  const dated = files.map((file) => ({ ...file, from: bound(file.from) })).sort((a, b) => a.from - b.from);
  const ends = dated.map(({ until }) => (until === undefined ? "next" : until === "open" ? null : bound(until)));
  const scheduled = dated.map(({ name, text, from }, i): Scheduled => {
    const next = dated[i + 1];
    if (next?.from === from) {
      throw new FplaneError("conflict", `${name} and ${next.name} begin at the same time, ${instantText(from)}`);
    }
    const until = ends[i] ?? null;
    const isOvertaken = next !== undefined && (until === null || until === "next" || until >= next.from);
    return { name, text, from, until, overtakenAt: isOvertaken ? next.from : null };
  });
  for (const { name, from, until } of scheduled) {
    if (until !== null && until !== "next" && until <= from) {
      throw new FplaneError(
        "bad-parameter",
        `${name} would end (${instantText(until)}) before it begins (${instantText(from)})`,
      );
    }
  }
  return scheduled;
}

/** Every file read and checked. @throws FplaneError that names each file which cannot be taken */
function allChecked(files: readonly Scheduled[], options: ImportOptions): CheckedFile[] {
  const refused: FplaneError[] = [];
  const checked = files.flatMap((file): CheckedFile[] => {
    try {
      return [{ ...file, ...checkImport(readFplane(file.text).rows, options) }];
    } catch (error) {
      if (!(error instanceof FplaneError)) throw error;
      refused.push(
        new FplaneError(error.code, `${file.name}: ${error.message}`, { file: file.name, ...error.details }),
      );
      return [];
    }
  });
  const [first, ...others] = refused;
  if (first === undefined) return checked;
  if (others.length === 0) throw first;
  const sentences = refused.map((error) => error.message);
  throw new FplaneError(first.code, listed("the files cannot be taken", sentences, MOST_NAMED), {
    files: refused.map((error) => error.details),
  });
}

/** Of files that are refused; the details have all. */
const MOST_NAMED = 20;
