import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Deps } from "../service/deps.ts";
import { processMetrics } from "./process-metrics.ts";
import { recordMetrics } from "./record-metrics.ts";

/** What the metrics tell of the program itself. */
export type Build = { readonly version: string; readonly engine: "embedded" | "postgres" };

/** What is counted while the server runs, and read by Prometheus. Counting only adds numbers; reading asks the database. */
export type Metrics = {
  readonly count: (request: { route: string; method: string; status: number; seconds: number }) => void;
  /** The text format of Prometheus. It never throws: with the database away, what was known last is told. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
};

/** Seconds. Answers from memory take less than a millisecond, large bundles seconds. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics(deps: Deps, build: Build | undefined): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "fplane_http_requests_total",
    help: "Requests answered, by route pattern, method and status.",
    labelNames: ["route", "method", "status"],
    registers,
  });
  const durations = new Histogram({
    name: "fplane_http_request_duration_seconds",
    help: "Time from a request's arrival to its answer, by route pattern.",
    labelNames: ["route"],
    buckets: BUCKETS,
    registers,
  });
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
    count: ({ route, method, status, seconds }) => {
      requests.inc({ route, method: METHODS.has(method) ? method : "other", status: String(status) });
      durations.observe({ route }, seconds);
    },
    text: async () => {
      await readRecord();
      return await registry.metrics();
    },
    contentType: registry.contentType,
  };
}

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** The pattern of the route that a request matched, never its path: else anybody could make any number of metrics. */
export function routeOf(c: Context): string {
  const route = matchedRoutes(c).findLast(({ path }) => path !== "*" && path !== "/*");
  return route?.path ?? "other";
}
