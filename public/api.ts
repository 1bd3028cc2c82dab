import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink, TRPCClientError } from "@trpc/client";
import type { AppRouter } from "../router/app-router.ts";
import { KeyedEventSource } from "./event-source.ts";

export type Api = ReturnType<typeof createTRPCClient<AppRouter>>;

/** What the server answers, by the name of the question. */
export type Answer = Awaited<ReturnType<Api["getFplane"]["query"]>>;
export type TimelineAnswer = Awaited<ReturnType<Api["timeline"]["query"]>>;
export type Diff = Awaited<ReturnType<Api["diff"]["query"]>>;
export type History = Awaited<ReturnType<Api["history"]["query"]>>;
export type Revision = Awaited<ReturnType<Api["revisions"]["list"]["query"]>>[number];
export type Hold = Awaited<ReturnType<Api["holds"]["list"]["query"]>>[number];
export type Tag = Awaited<ReturnType<Api["tags"]["list"]["query"]>>[number];
export type Status = Awaited<ReturnType<Api["status"]["query"]>>;
export type User = Awaited<ReturnType<Api["users"]["list"]["query"]>>[number];
export type Curation = Awaited<ReturnType<Api["correct"]["mutate"]>>;

/** The typed client of the server that the page came from. @param key read for each request: it can change */
export function connect(key: () => string | null): Api {
  const headers = () => {
    const known = key();
    return known === null ? {} : { authorization: `FPS_API APIKEY=${known}` };
  };
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === "subscription",
        true: httpSubscriptionLink({
          url: "/trpc",
          EventSource: KeyedEventSource,
          eventSourceOptions: () => ({ headers: headers() }),
        }),
        false: httpBatchLink({
          ...{ url: "/trpc", headers, maxURLLength: 4000 },
          fetch: (input, init) => fetch(input, { ...init, signal: inTime(init?.signal) } as RequestInit),
        }),
      }),
    ],
  });
}

/** Milliseconds after which nobody waits any more: over a line that was cut without a word no answer ever comes. */
const PATIENCE = 60_000;

function inTime(signal: AbortSignal | null | undefined): AbortSignal {
  const end = AbortSignal.timeout(PATIENCE);
  return signal ? AbortSignal.any([signal, end]) : end;
}

/** What tRPC says of a question that has no room in an address. */
const TOO_LONG = "Input is too big for a single dispatch";

/** What was refused, and why, in the server's own words. */
export function refusalOf(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof TRPCClientError)) {
    return { code: "internal", message: error instanceof Error ? error.message : String(error) };
  }
  if (error.message === TOO_LONG) return { code: "bad-parameter", message: "what is asked for is too long" };
  const told = error.data?.fplane as { code: string; message: string } | undefined;
  return told ?? { code: "unavailable", message: `the server does not answer (${error.message})` };
}
