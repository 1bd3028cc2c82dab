import { initTRPC, type TRPCError } from "@trpc/server";
import { TRPC_ERROR_CODES_BY_KEY } from "@trpc/server/rpc";
import { z } from "zod";
import { ERRORS, type ErrorCode, FplaneError } from "../src/domain/errors.ts";
import type { Deps } from "../src/service/deps.ts";
import { type Caller, demandReader } from "../src/service/permission.ts";
import { disclosed } from "../src/service/reports/disclosed.ts";
import { withoutKeys } from "../src/service/users/keys.ts";

/** What a procedure works on. Who asks comes from the request's header, never from the input. */
type Context = Caller & {
  readonly deps: Deps;
  readonly publicRead: boolean;
  /** Dates that one request for many may ask for. */
  readonly mostDates: number;
  /** Says of a call that its answer stays the same, for everybody, until there is a newer revision. */
  readonly lasts: () => void;
  /** Logs what is remarkable about a revision that was made; null in a dry run. */
  readonly remark: (rev: number | null, warning: string) => void;
  /** Makes room for one client that is told of what happens; `end` gives it back. @throws FplaneError `too-many-requests` */
  readonly subscribe: () => { readonly closing: AbortSignal; readonly end: () => void };
};

/** Proxies end a connection on which nothing happens for a minute; a client that hears nothing connects again. */
const SSE = {
  ping: { enabled: true, intervalMs: 10_000 },
  maxDurationMs: 15 * 60_000,
  client: { reconnectAfterInactivityMs: 30_000 },
};

const trpc = initTRPC.context<Context>().create({
  isDev: false,
  sse: SSE,
  errorFormatter: ({ shape, error }) => {
    const { code, message, details } = fplaneErrorOf(error);
    const { http, trpc: name } = ERRORS[code];
    const fplane = { code, message, details };
    return {
      code: TRPC_ERROR_CODES_BY_KEY[name],
      message,
      data: { ...shape.data, path: withoutKeys(shape.data.path ?? ""), code: name, httpStatus: http, fplane },
    };
  },
});

/** What tRPC itself refuses, before any procedure runs. */
const REFUSED_BY_TRPC: Partial<Record<TRPCError["code"], ErrorCode>> = {
  NOT_FOUND: "not-found",
  METHOD_NOT_SUPPORTED: "method-not-allowed",
  UNSUPPORTED_MEDIA_TYPE: "bad-parameter",
  PARSE_ERROR: "bad-json",
  BAD_REQUEST: "bad-parameter",
};

/** The code, message and details that REST would send in its problem document; whatever is none of ours is masked. */
export function fplaneErrorOf({ cause, code, message }: TRPCError): FplaneError {
  const refused = REFUSED_BY_TRPC[code];
  if (cause instanceof FplaneError || refused === undefined) return disclosed(cause);
  if (cause instanceof SyntaxError) {
    return disclosed(new FplaneError("bad-json", `the input is not JSON: ${cause.message}`));
  }
  return disclosed(new FplaneError(refused, cause instanceof z.ZodError ? problemsOf(cause) : message));
}

function problemsOf({ issues }: z.ZodError): string {
  return issues.map((issue) => `${issue.path.join(".") || "the input"}: ${issue.message}`).join("; ");
}

export const router = trpc.router;

/** For everybody whose role the service itself looks at. A mutation is a write, and counted. */
export const procedure = trpc.procedure.use(async ({ ctx, type, next }) => {
  if (type === "mutation") await ctx.countWrite();
  return await next();
});

/** For whoever may read. */
export const reading = trpc.procedure.use(async ({ ctx, next }) => {
  await demandReader(ctx.publicRead, ctx.identify);
  return await next();
});
