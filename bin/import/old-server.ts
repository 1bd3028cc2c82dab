import type { Variant, VariantAnswer } from "../../src/domain/answer/night-answers.ts";
import { FplaneError } from "../../src/domain/errors.ts";
import { readFplane } from "../../src/domain/files/fplane-reader.ts";
import { messageOf } from "../../src/domain/thrown.ts";
import { isOfUnknownAuthority, unreachable } from "../client/server-answer.ts";

/** An old fplaneserver, asked through the only route that it has. */
export type OldServer = {
  readonly url: string;
  readonly interrupted: AbortSignal;
  /** Waits so many milliseconds; ends early when interrupted. */
  readonly pause: (milliseconds: number) => Promise<void>;
};

/** An answer, and whether it will be the same the next time it is asked for. */
export type Fetched = { readonly answer: VariantAnswer; readonly final: boolean };

/** Says nothing of the night: request timeout, too many requests. */
const TOO_BUSY: ReadonlySet<number> = new Set([408, 429]);

/** Before each repetition of a request that failed, milliseconds. */
const PAUSES = [500, 1000, 2000, 4000];
const LONGEST_PAUSE = 60_000;
const LONGEST_ANSWER = 60_000;

/**
 * Asks for one file of one night. Network errors, 408, 429 and 5xx are asked again, with growing pauses; a 5xx that stays
 * counts as a refusal, since old servers answer so for nights without a file, but not as a final one. Nor does what is no
 * focal-plane file, such as a proxy's page with the status 200.
 *
 * @param night ISO date of the evening
 * @throws FplaneError `unavailable` when the server cannot be reached or is overloaded all the time; `no-key` when it wants a key
 */
export async function fetchNight(server: OldServer, night: string, variant: Variant): Promise<Fetched> {
  const address = addressOf(server.url, night, variant);
  let last = "";
  for (const pause of [...PAUSES, null]) {
    const reply = await tryOnce(server, address);
    if (reply.kind === "answer") return asFile(reply.text);
    if (reply.kind === "refusal") return { answer: { refusal: reply.reason }, final: true };
    last = reply.reason;
    if (pause !== null) await server.pause(Math.min(reply.retryAfter ?? pause, LONGEST_PAUSE));
    else if (reply.kind === "fault") return { answer: { refusal: last }, final: false };
  }
  throw new FplaneError(
    "unavailable",
    `${address}: ${last}, ${PAUSES.length + 1} times. Run the same command again later`,
  );
}

function asFile(text: string): Fetched {
  try {
    readFplane(text);
    return { answer: { text }, final: true };
  } catch (error) {
    if (error instanceof FplaneError) return { answer: { refusal: error.message }, final: false };
    throw error;
  }
}

type Reply =
  | { readonly kind: "answer"; readonly text: string }
  | { readonly kind: "refusal"; readonly reason: string }
  /** A 5xx: repeated, and believed in the end. Away: repeated, and in the end the crawl stops. */
  | { readonly kind: "fault" | "away"; readonly reason: string; readonly retryAfter: number | null };

async function tryOnce({ interrupted }: OldServer, address: string): Promise<Reply> {
  try {
    const response = await fetch(address, {
      signal: AbortSignal.any([interrupted, AbortSignal.timeout(LONGEST_ANSWER)]),
    });
    const text = await response.text();
    if (response.ok) return { kind: "answer", text };
    const reason = `${response.status} ${response.statusText}`.trim();
    if (response.status === 401 || response.status === 403) {
      throw new FplaneError("no-key", `${address}: ${reason}; only an old server that anybody may read can be crawled`);
    }
    const retryAfter = secondsIn(response.headers.get("retry-after"));
    if (TOO_BUSY.has(response.status)) return { kind: "away", reason, retryAfter };
    return response.status >= 500 ? { kind: "fault", reason, retryAfter } : { kind: "refusal", reason };
  } catch (error) {
    if (error instanceof FplaneError || interrupted.aborted) throw error;
    if (isOfUnknownAuthority(error)) throw unreachable(address, error);
    return { kind: "away", reason: messageOf(error), retryAfter: null };
  }
}

function secondsIn(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null;
}

function addressOf(url: string, night: string, variant: Variant): string {
  const [layout, positions] = variant.split("-");
  const query = `actual_pos=${positions === "actual" ? 1 : 0}&full_fplane=${layout === "full" ? 1 : 0}`;
  return `${url}/fplane/${night.replaceAll("-", "")}?${query}`;
}
