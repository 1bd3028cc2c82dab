import { type Cure, NO_CURE } from "../../src/domain/answer/night-answers.ts";
import { FplaneError } from "../../src/domain/errors.ts";
import type { NightSpan } from "../../src/domain/record/fold-nights.ts";
import { parseDatestr } from "../../src/domain/time/datestr.ts";
import { nightAfter } from "../../src/domain/time/night.ts";
import type { ImportRequest } from "./import-report.ts";

export type CrawlArgs = {
  /** Address of the old server. */
  readonly url: string;
  /** The first night, and the night after the last one: bare dates. */
  readonly from: string;
  readonly to: string;
  /** Whether what the last night shows holds on after it. */
  readonly open: boolean;
  readonly keep: string | undefined;
  readonly drop: readonly string[];
  readonly force: boolean;
  readonly reason: string | undefined;
  readonly commit: boolean;
  readonly json: boolean;
};

/** Requests stay below what servers and the proxies before them take. */
const MOST_BYTES = 4_000_000;
/** One request is one transaction, and all of it is answered within the time that a connection may be silent. */
const MOST_FILES = 50;
const LONGEST_CRAWL = 20_000;

/**
 * The spans as imports, in order. Each span states its own end: the next span, or the first night that is left out. What
 * --drop and --force allow is allowed for the nights that need it, and for no other.
 */
export function importRequests(
  { url, from, to, open, reason, commit }: CrawlArgs,
  spans: readonly NightSpan[],
): ImportRequest[] {
  const requests: ImportRequest[] = [];
  let bytes = 0;
  let cure: Cure = NO_CURE;
  for (const [i, span] of spans.entries()) {
    const isLast = i === spans.length - 1;
    const file = {
      name: `fplane${span.from.replaceAll("-", "")}.txt`,
      text: span.text,
      from: span.from,
      until: isLast && open ? "open" : span.until,
    };
    const size = Buffer.byteLength(JSON.stringify(file));
    const last = requests.at(-1);
    const fits = last !== undefined && last.files.length < MOST_FILES && bytes + size < MOST_BYTES;
    if (fits && cure === span.cure) {
      last.files.push(file);
      bytes += size;
      continue;
    }
    cure = span.cure;
    const { drop, force } = cure;
    const told = reason ?? `nights ${from} to ${to} of ${url}`;
    requests.push({ files: [file], actual: true, drop: [...drop], force, reason: told, commit });
    bytes = size;
  }
  return requests;
}

/** What may be done with a refused night: without a row what is left is right; by force what is wrong is recorded. */
export function curesOf({ drop, force }: Pick<CrawlArgs, "drop" | "force">): Cure[] {
  const dropped = drop.length > 0;
  return [
    ...(dropped ? [{ drop, force: false }] : []),
    ...(force ? [{ drop: [], force }] : []),
    ...(dropped && force ? [{ drop, force }] : []),
  ];
}

/**
 * The nights from `--from` up to, without it, `--to`, as ISO dates.
 *
 * @param today the newest night that can have a file
 * @throws FplaneError `bad-parameter`, `bad-date`
 */
export function nightsBetween(from: string, to: string, today: Temporal.PlainDate): string[] {
  const [first, end] = [nightOf("--from", from), nightOf("--to", to)];
  const count = first.until(end).days;
  if (count < 1) throw wrong(`--to is the night after the last one: ${to} does not lie after --from ${from}`);
  if (count > LONGEST_CRAWL) throw wrong(`${count} nights are too many: at most ${LONGEST_CRAWL} at once`);
  const nights = Array.from({ length: count }, (_, days) => first.add({ days }).toString());
  const last = nights.at(-1) ?? "";
  if (last <= today.toString()) return nights;
  throw wrong(`the night ${last} is still to come; --to is at most ${nightAfter(today.toString())}`);
}

function nightOf(flag: string, datestr: string): Temporal.PlainDate {
  const parsed = parseDatestr(datestr);
  if (parsed.kind === "date" && !parsed.alwaysUt) return parsed.date;
  throw wrong(`${flag} ${JSON.stringify(datestr)} is no night: write YYYYMMDD or YYYY-MM-DD`);
}

function wrong(message: string): FplaneError {
  return new FplaneError("bad-parameter", message);
}
