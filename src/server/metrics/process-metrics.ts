import { readdirSync } from "node:fs";
import { Counter, Gauge, type Registry } from "prom-client";

/**
 * The process as the machine sees it, by the names that Prometheus clients use. The library's own collection is for Node:
 * under Bun half of it is missing or wrong.
 */
export function processMetrics(registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Memory of the process in bytes.",
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: "process_start_time_seconds",
    help: "When the process started, in seconds since 1970.",
    registers,
  }).set(Math.round(performance.timeOrigin / 1000));
  new Counter({
    name: "process_cpu_seconds_total",
    help: "Processor time that the process has used, in seconds.",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1_000_000);
    },
  });
  new Gauge({
    name: "process_open_fds",
    help: "Open file descriptors; absent where the system does not tell.",
    registers,
    collect() {
      const open = openFiles();
      if (open === null) this.remove();
      else this.set(open);
    },
  });
}

function openFiles(): number | null {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return null;
  }
}
