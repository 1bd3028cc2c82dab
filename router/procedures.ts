import { initTRPC, TRPCError } from "@trpc/server";
import { z } from "zod";
import { ERRORS, FplaneError } from "../src/domain/errors.ts";
import type { Identity } from "../src/domain/role.ts";
import type { Deps } from "../src/service/deps.ts";

/** What a procedure works on. Who asks comes from the request's header, never from the input. */
export type Context = {
  readonly deps: Deps;
  readonly publicRead: boolean;
  /** @throws FplaneError `unknown-key`, `user-disabled` */
  readonly identify: () => Promise<Identity | null>;
};

const trpc = initTRPC.context<Context>().create({
  isDev: false,
  errorFormatter: ({ shape, error }) => ({ ...shape, data: { ...shape.data, fplane: fplaneErrorOf(error) } }),
});

/** The code, message and details that REST would send in its problem document. */
function fplaneErrorOf({ cause }: TRPCError): { code: string; message: string; details: FplaneError["details"] } {
  const { code, message, details } = cause instanceof FplaneError ? cause : new FplaneError("internal", MASKED);
  return { code, message, details };
}

const MASKED = "something went wrong inside the server; it has been logged";

/** Turns what the services and the input schemas throw into the contract's errors, and masks everything else. */
const told = trpc.middleware(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  const cause = causeOf(result.error);
  throw new TRPCError({ code: ERRORS[cause.code].trpc, message: cause.message, cause });
});

function causeOf({ cause, code, message }: TRPCError): FplaneError {
  if (cause instanceof FplaneError) return cause;
  if (cause instanceof z.ZodError) {
    const problems = cause.issues.map((issue) => `${issue.path.join(".") || "the input"}: ${issue.message}`);
    return new FplaneError("bad-parameter", problems.join("; "));
  }
  if (code === "INTERNAL_SERVER_ERROR") throw new TRPCError({ code, message: MASKED, cause });
  return new FplaneError(code === "NOT_FOUND" ? "not-found" : "bad-parameter", message);
}

export const router = trpc.router;

/** For everybody whose role the service itself looks at. */
export const procedure = trpc.procedure.use(told);

/** Reading: public, unless the server's setting says otherwise. */
export const reading = procedure.use(async ({ ctx, next }) => {
  if (!ctx.publicRead && (await ctx.identify()) === null) throw new FplaneError("no-key", "reading needs a key here");
  return await next();
});
