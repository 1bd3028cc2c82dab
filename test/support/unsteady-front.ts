import { ERRORS, type ErrorCode } from "../../src/domain/errors.ts";

/** What stands in front of a server and lets requests through, or not. */
export type UnsteadyFront = {
  /** Stays the same, whatever happens behind it. */
  readonly url: string;
  /** How the next requests fare; called with each, so that it can change its mind. */
  set: (fate: Fate | ((request: number) => Fate)) => void;
  /** Closes the port. */
  readonly away: () => Promise<void>;
  /** Opens it again. */
  readonly back: () => void;
  /** How many requests have come since the last look. */
  readonly requests: () => number;
};

export type Fate =
  | { readonly kind: "passes" }
  /** An answer of something in front of the server, which knows nothing of its errors. */
  | { readonly kind: "fails"; readonly status: number; readonly body: string }
  /** An answer of the server itself. */
  | { readonly kind: "refused"; readonly code: ErrorCode; readonly retryAfter?: number }
  /** The server does what is asked; its answer is lost on the way. */
  | { readonly kind: "answer is lost" }
  | { readonly kind: "is slow"; readonly milliseconds: number }
  | { readonly kind: "hangs" };

/** @param behind address of the server */
export function startFront(behind: string): UnsteadyFront {
  let fateOf: (request: number) => Fate = () => ({ kind: "passes" });
  let requests = 0;
  const serve = (port: number) =>
    Bun.serve({
      hostname: "localhost",
      port,
      idleTimeout: 0,
      fetch: async (request) => {
        requests += 1;
        return await answer(request, behind, fateOf(requests));
      },
    });
  let server = serve(0);
  const port = server.port ?? 0;
  return {
    url: `http://localhost:${port}`,
    set: (fate) => {
      requests = 0;
      fateOf = typeof fate === "function" ? fate : () => fate;
    },
    away: () => server.stop(true),
    back: () => {
      server = serve(port);
    },
    requests: () => requests,
  };
}

async function answer(request: Request, behind: string, fate: Fate): Promise<Response> {
  if (fate.kind === "hangs") {
    await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
    return new Response(null, { status: 503 });
  }
  if (fate.kind === "fails") return new Response(fate.body, { status: fate.status });
  if (fate.kind === "refused") return refusal(fate.code, fate.retryAfter);
  const { pathname, search } = new URL(request.url);
  const { method, headers } = request;
  const body = method === "POST" ? await request.text() : null;
  const response = await fetch(`${behind}${pathname}${search}`, { method, headers, body });
  const text = await response.text();
  if (fate.kind === "is slow") await Bun.sleep(fate.milliseconds);
  if (fate.kind === "answer is lost") return new Response("", { status: 502 });
  return new Response(text, { status: response.status, headers: { "content-type": "application/json" } });
}

/** As the server tells its errors over tRPC. */
function refusal(code: ErrorCode, retryAfter?: number): Response {
  const { http } = ERRORS[code];
  const fplane = { code, message: `told to be ${code}`, details: retryAfter === undefined ? {} : { retryAfter } };
  return Response.json({ error: { message: fplane.message, code: -32603, data: { fplane } } }, { status: http });
}
