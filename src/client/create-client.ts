import {
  createTRPCClient,
  httpLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
  TRPCClientError,
} from "@trpc/client";
import type { AppRouter } from "../../router/app-router.ts";
import type { ErrorCode, ErrorDetails } from "../domain/errors.ts";

export type { AppRouter };

/** What a server answers, typed: `await client.getFplane.query({ datestr: "20180715" })`. */
export type FplaneClient = TRPCClient<AppRouter>;

export type ClientOptions = {
  /** Address of the server: `https://fplane.example.org`. */
  readonly url: string;
  /** A key, for what needs one. */
  readonly key?: string;
  /** Another fetch, for a proxy or a certificate of one's own. */
  readonly fetch?: (input: RequestInfo | URL | string, init?: RequestInit) => Promise<Response>;
};

/** A typed client of a server. What the server refuses is thrown; `refusalOf` reads it. */
export function createClient({ url, key, fetch }: ClientOptions): FplaneClient {
  const trpc = `${url.replace(/\/+$/, "")}/trpc`;
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === "subscription",
        true: httpSubscriptionLink({ url: trpc }), // an EventSource cannot send a key
        false: httpLink({
          url: trpc,
          methodOverride: "POST", // a list of dates may be longer than an address
          headers: key === undefined ? {} : { authorization: `FPS_API APIKEY=${key}` },
          ...(fetch === undefined ? {} : { fetch: (input, init) => fetch(input, init as RequestInit) }),
        }),
      }),
    ],
  });
}

/** What a server said no with: the code to branch on, the sentence to show, what else is known. */
export type Refusal = { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails };

/** The refusal in an error that a call threw; null for anything else, such as a server that is away. */
export function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof TRPCClientError)) return null;
  return (error as TRPCClientError<AppRouter>).data?.fplane ?? null;
}
