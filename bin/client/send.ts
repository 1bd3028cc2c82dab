import { FplaneError } from "../../src/domain/errors.ts";
import { unreachable } from "./server-answer.ts";

/** Milliseconds in which the answer to a question must begin; Bun would wait for six minutes. */
const LONGEST_SILENCE = 60_000;

/**
 * Sends a request. A question may be sent on to another address; anything else would arrive there without its body (301,
 * 302) or its key.
 *
 * @param server its address, for what is said of it
 * @throws FplaneError `unavailable` when nothing answers, or it sends on what it must not
 */
export async function send(
  server: string,
  url: string,
  init: RequestInit,
  longest = LONGEST_SILENCE,
): Promise<Response> {
  const isQuestion = (init.method ?? "GET") === "GET";
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error(`it says nothing for ${longest / 1000} s`)), longest);
  if (!isQuestion) clearTimeout(timer); // what is written may take its time, and be recorded all the same
  const signal = init.signal ? AbortSignal.any([init.signal, silence.signal]) : silence.signal;
  const asked = fetch(url, { ...init, signal, redirect: isQuestion ? "follow" : "manual" });
  const response = await asked
    .catch((error) => {
      throw unreachable(server, error);
    })
    .finally(() => clearTimeout(timer));
  const { status, headers } = response;
  if (isQuestion || status < 300 || status > 399) return response;
  const target = URL.parse(headers.get("location") ?? "", url)?.origin ?? "another address";
  throw new FplaneError(
    "unavailable",
    `${server} sends on to ${target}: name that address with --server or FPLANE_SERVER`,
  );
}
