import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import type { Deps } from "../../service/deps.ts";
import type { Build, Gauges } from "./gauges.ts";
import { createRequestCounts, type RequestCounts } from "./request-counts.ts";

/** What is counted while the server runs, and read by Prometheus. Counting only adds numbers; reading asks the database. */
export type Metrics = {
  readonly counting: RequestCounts["counting"];
  /** In the text format of Prometheus. It never throws: with the database away, what was known last is told. */
  readonly read: () => Promise<{ readonly text: string; readonly contentType: string }>;
};

export function createMetrics(deps: Deps, build: Build | undefined): Metrics {
  const requests = createRequestCounts();
  let gauges: Promise<Gauges> | undefined; // a server starts without the library that they need
  return {
    counting: requests.counting,
    read: async () => {
      gauges ??= import("./gauges.ts").then(({ createGauges }) => createGauges(deps, build));
      const { text, contentType } = await gauges;
      return { text: `${requests.text()}\n${await text()}`, contentType };
    },
  };
}

/** The pattern of the route that a request matched, never its path: else anybody could make any number of metrics. */
export function routeOf(c: Context): string {
  const route = matchedRoutes(c).findLast(({ path }) => path !== "*" && path !== "/*");
  return route?.path ?? "other";
}
