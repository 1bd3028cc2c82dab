import { createTRPCClient, httpBatchLink, httpLink, TRPCClientError } from "@trpc/client";
import type { AppRouter } from "../../router/app-router.ts";
import { as, type Site } from "./site.ts";

export type TypedClient = ReturnType<typeof createTRPCClient<AppRouter>>;

/** The typed client, asking the app in process. */
export function clientOf({ app }: Pick<Site, "app">, key?: string): TypedClient {
  const headers = key === undefined ? {} : as(key);
  return createTRPCClient<AppRouter>({
    links: [
      httpBatchLink({
        url: "http://localhost/trpc",
        headers,
        fetch: async (input, init) => await app.request(String(input), init as RequestInit),
      }),
    ],
  });
}

/** The typed client, asking a server. */
export function clientAt(url: string, key?: string): TypedClient {
  return createTRPCClient<AppRouter>({
    links: [httpLink({ url: `${url}/trpc`, headers: key === undefined ? {} : as(key) })],
  });
}

/** What a call is refused with: the contract's error, as the client sees it. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string; message: string; httpStatus: number }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    const { fplane, httpStatus } = error.data;
    if (fplane.message !== error.message) throw new Error(`two messages: ${fplane.message}; ${error.message}`);
    return { ...fplane, httpStatus };
  }
  throw new Error("the call was not refused");
}
