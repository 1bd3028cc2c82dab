import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import { Gauge, Registry } from "prom-client";
import type { Deps } from "../service/deps.ts";
import { processMetrics } from "./process-metrics.ts";
import { recordMetrics } from "./record-metrics.ts";
import { createRequestCounts, type RequestCounts } from "./request-counts.ts";

/** What the metrics tell of the program itself. */
export type Build = { readonly version: string; readonly engine: "embedded" | "postgres" };

/** What is counted while the server runs, and read by Prometheus. Counting only adds numbers; reading asks the database. */
export type Metrics = {
  readonly counting: RequestCounts["counting"];
  /** The text format of Prometheus. It never throws: with the database away, what was known last is told. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
};

export function createMetrics(deps: Deps, build: Build | undefined): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = createRequestCounts();
  const info = new Gauge({
    name: "fplane_build_info",
    help: "1; the labels tell the program's version, its runtime and the kind of database.",
    labelNames: ["version", "bun", "engine"],
    registers,
  });
  info.set({ version: build?.version ?? "", bun: Bun.version, engine: build?.engine ?? "" }, 1);
  processMetrics(registry);
  const readRecord = recordMetrics(registry, deps);
  return {
    counting: requests.counting,
    text: async () => {
      await readRecord();
      return `${requests.text()}\n${await registry.metrics()}`;
    },
    contentType: registry.contentType,
  };
}

/** The pattern of the route that a request matched, never its path: else anybody could make any number of metrics. */
export function routeOf(c: Context): string {
  const route = matchedRoutes(c).findLast(({ path }) => path !== "*" && path !== "/*");
  return route?.path ?? "other";
}
