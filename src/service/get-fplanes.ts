import { FplaneError } from "../domain/errors.ts";
import { DAY, type Instant } from "../domain/time/instant.ts";
import { type DateContext, nightsOf, resolveBound, resolveInstant } from "../domain/time/night.ts";
import { datestrOfNight } from "../domain/time/stretch-name.ts";
import { resolveAsOf } from "./as-of.ts";
import { noConfiguration } from "./configuration.ts";
import { dateContext } from "./dates.ts";
import type { Deps } from "./deps.ts";
import { answerKnownAt, type FplaneAnswer, type FplaneRequest } from "./get-fplane.ts";

/** How many answers are asked for at once: all by one revision, in one variant. */
export type Reading = Omit<FplaneRequest, "datestr">;

/** A date with its answer, or with the reason why there is none; one that fails does not lose the others. */
export type DateEntry =
  | { readonly datestr: string; readonly answer: FplaneAnswer }
  | { readonly datestr: string; readonly error: FplaneError };

/** What came of one request for many, one by one. */
export type Fplanes<Entry> = {
  /** By which all of it is known; 0 where nothing is recorded. */
  readonly revision: number;
  /** Whether the name by which the revision was asked for will always mean this one. */
  readonly pinned: boolean;
  readonly entries: AsyncGenerator<Entry, void>;
};

/** What is wrong with one date only; anything else ends the whole. */
const OF_ONE_DATE: ReadonlySet<string> = new Set(["bad-date", "no-configuration", "unconfirmed", "beyond-horizon"]);

/**
 * Which focal planes were valid at these dates? An entry per date, in their order.
 *
 * @param most how many dates are taken
 * @throws FplaneError `too-large`, `not-found` (as_of); entries hold `bad-date`, `no-configuration`, `unconfirmed`, `beyond-horizon`
 */
export async function getFplanes(
  deps: Deps,
  request: Reading & { readonly dates: readonly string[] },
  most: number,
): Promise<Fplanes<DateEntry>> {
  if (request.dates.length > most) throw tooMany(`${request.dates.length} dates`, most);
  const knownAt = await resolveAsOf(deps, request.asOf);
  return { revision: knownAt?.rev ?? 0, pinned: knownAt?.pinned ?? false, entries: entriesOf(deps, request, knownAt) };
}

async function* entriesOf(
  deps: Deps,
  { dates, ...reading }: Reading & { readonly dates: readonly string[] },
  knownAt: Awaited<ReturnType<typeof resolveAsOf>>,
): AsyncGenerator<DateEntry, void> {
  const context = dateContext(deps, reading.night);
  const answer = async (datestr: string): Promise<DateEntry> => {
    const instant = resolveInstant(datestr, context);
    if (knownAt === null) throw await noConfiguration(deps.store, instant, 0);
    const resolved = { dates: context, instant, knownAt };
    return { datestr, answer: await answerKnownAt(deps, { ...reading, datestr }, resolved) };
  };
  for (const datestr of dates) {
    try {
      yield await answer(datestr);
    } catch (error) {
      if (!(error instanceof FplaneError) || !OF_ONE_DATE.has(error.code)) throw error;
      yield { datestr, error };
    }
  }
}

/**
 * The nights that share an instant with a span, as datestrs for `getFplanes`.
 *
 * @param to the end of the span; now when it is missing
 * @param most how many nights are taken
 * @throws FplaneError `bad-date`; `bad-parameter` for a span that ends before it begins; `too-large`
 */
export function nightsBetween(
  deps: Pick<Deps, "clock" | "timeZone">,
  {
    from,
    to,
    night,
  }: { readonly from: string; readonly to?: string | undefined; readonly night: DateContext["night"] },
  most: number,
): string[] {
  const context = dateContext(deps, night);
  const [begin, end] = [resolveBound(from, context), resolveBound(to ?? "", context)];
  demandForward(from, begin, to ?? "now", end);
  if ((end - begin) / DAY > most + 1) throw tooMany(`${Math.ceil((end - begin) / DAY)} nights`, most);
  const nights = nightsOf(begin, end, deps.timeZone);
  if (nights.length > most) throw tooMany(`${nights.length} nights`, most);
  return nights.map((each) => datestrOfNight(each, night));
}

/** @throws FplaneError `bad-parameter` */
export function demandForward(from: string, begin: Instant, to: string, end: Instant): void {
  if (begin < end) return;
  throw new FplaneError("bad-parameter", `the span from ${from} to ${to} is empty: it ends before it begins`);
}

function tooMany(what: string, most: number): FplaneError {
  return new FplaneError("too-large", `${what} are too many: at most ${most} are taken at once; ask in parts`);
}
