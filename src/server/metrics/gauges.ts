import { Gauge, Registry } from "prom-client";
import type { Deps } from "../../service/deps.ts";
import { processMetrics } from "./process-metrics.ts";
import { recordMetrics } from "./record-metrics.ts";

/** What the metrics tell of the program itself. */
export type Build = { readonly version: string; readonly engine: "embedded" | "postgres" };

export type Gauges = {
  /** What they show now. It never throws: with the database away, what was known last is told. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
};

/** What is looked at when the metrics are read: the program, its process and the record. */
export function createGauges(deps: Deps, build: Build | undefined): Gauges {
  const registry = new Registry();
  const info = new Gauge({
    name: "fplane_build_info",
    help: "1; the labels tell the program's version, its runtime and the kind of database.",
    labelNames: ["version", "bun", "engine"],
    registers: [registry],
  });
  info.set({ version: build?.version ?? "", bun: Bun.version, engine: build?.engine ?? "" }, 1);
  processMetrics(registry);
  const readRecord = recordMetrics(registry, deps);
  return {
    text: async () => {
      await readRecord();
      return await registry.metrics();
    },
    contentType: registry.contentType,
  };
}
