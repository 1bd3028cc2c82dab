import { z } from "zod";
import { appRouter } from "../../router/app-router.ts";
import { failingStore } from "../support/failing-store.ts";
import { observatory, testApp } from "../support/observatory.ts";
import type { JsonSchema } from "./fuzz-json.ts";

export type RouteTarget = {
  readonly kind: "route";
  readonly method: string;
  /** As the app has it: `/fplane/:datestr`. */
  readonly path: string;
  readonly parameters: readonly string[];
};

export type ProcedureTarget = {
  readonly kind: "procedure";
  readonly name: string;
  readonly type: "query" | "mutation" | "subscription";
  /** Of its input; null where it takes none. */
  readonly input: JsonSchema | null;
};

export type Target = RouteTarget | ProcedureTarget;

/** What tRPC keeps of its procedures: by their whole names, though its types show them nested. */
type Procedures = Readonly<
  Record<string, { readonly _def: { readonly type: ProcedureTarget["type"]; readonly inputs: readonly z.ZodType[] } }>
>;

export function everyProcedure(): ProcedureTarget[] {
  return Object.entries(appRouter._def.procedures as unknown as Procedures).map(([name, { _def }]) => {
    const [schema] = _def.inputs;
    const input = schema && (z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema);
    return { kind: "procedure", name, type: _def.type, input: input ?? null };
  });
}

/** Every route of the app but those of tRPC, with the parameters that the server at this address says it has. */
export async function everyRoute(url: string, key: string): Promise<RouteTarget[]> {
  const { routes } = testApp(observatory(failingStore(new Error("asked")))).app;
  const named = new Map(routes.map(({ method, path }) => [`${method} ${path}`, { method, path }]));
  const found = [...named.values()].filter(({ method, path }) => method !== "ALL" && !path.startsWith("/trpc/"));
  return await Promise.all(
    found.map(async ({ method, path }) => ({
      kind: "route" as const,
      method,
      path,
      parameters: await parametersOf(`${url}${path.replace(/:\w+/g, "1")}`, method, key),
    })),
  );
}

/** A route that refuses a parameter which it does not have says which it has. */
async function parametersOf(address: string, method: string, key: string): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${address}?no-such-parameter=1`, { method, headers });
  return / there are (\w+(?:, \w+)*)/.exec(await response.text())?.[1]?.split(", ") ?? [];
}
