import { FplaneError } from "../../src/domain/errors.ts";
import { unreachable } from "./server-answer.ts";

/**
 * Sends a request. A question may be sent on to another address; anything else would arrive there without its body (301,
 * 302) or its key.
 *
 * @param server its address, for what is said of it
 * @throws FplaneError `unavailable` when nothing answers, or it sends on what it must not
 */
export async function send(server: string, url: string, init: RequestInit): Promise<Response> {
  const isQuestion = (init.method ?? "GET") === "GET";
  const response = await fetch(url, { ...init, redirect: isQuestion ? "follow" : "manual" }).catch((error) => {
    throw unreachable(server, error);
  });
  const { status, headers } = response;
  if (isQuestion || status < 300 || status > 399) return response;
  const target = URL.parse(headers.get("location") ?? "", url)?.origin ?? "another address";
  throw new FplaneError(
    "unavailable",
    `${server} sends on to ${target}: name that address with --server or FPLANE_SERVER`,
  );
}
