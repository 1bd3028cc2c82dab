import { beforeAll, describe, expect, test } from "bun:test";
import { FplaneError } from "../../../src/domain/errors.ts";
import { HOUR } from "../../../src/domain/time/instant.ts";
import type { Store } from "../../../src/service/store.ts";
import { describeOnEngines } from "../../support/engines.ts";
import { readExposition, type Sample } from "../../support/exposition.ts";
import { observatory, statusNow, testApp } from "../../support/observatory.ts";
import { as, openSite, type Site, STARTING, unitsOfToday } from "../../support/site.ts";

type App = Site["app"];

async function metricsOf(app: App): Promise<Sample[]> {
  const response = await app.request("/metrics");
  expect(response.status).toBe(200);
  return readExposition(await response.text());
}

const sampled = (samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}) =>
  samples.find((sample) => sample.name === name && Object.entries(labels).every(([k, v]) => sample.labels[k] === v))
    ?.value;

describeOnEngines("GET /metrics", (engine) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine);
  }, STARTING);

  test("is in the text format of Prometheus, and nobody may keep it", async () => {
    const response = await site.get("/metrics");
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  test("counts requests by route pattern, method and status, never by path", async () => {
    const routeLabels = async () => {
      const samples = await metricsOf(site.app);
      return new Set(samples.flatMap(({ labels }) => (labels["route"] === undefined ? [] : [labels["route"]])));
    };
    for (const path of ["/fplane", "/fplane/20180715", "/fplane/20180716", "/fplane/x", "/status", "/trpc/getFplane"])
      await site.get(path);
    const before = await routeLabels();
    for (let i = 0; i < 20; i += 1) {
      await site.get(`/fplane/${i}`);
      await site.get(`/nothing/${i}`);
      await site.get(`/trpc/no${i}`);
      await site.app.request(`/fplane/${i}`, { method: "PROPFIND" });
    }
    expect([...(await routeLabels())].filter((route) => !before.has(route))).toEqual(["other"]);
    const samples = await metricsOf(site.app);
    const requests = (route: string, method: string, status: string) =>
      sampled(samples, "fplane_http_requests_total", { route, method, status });
    expect(requests("/fplane/:datestr", "GET", "200")).toBe(2);
    expect(requests("/fplane/:datestr", "GET", "400")).toBe(21);
    expect(requests("/fplane/:datestr", "other", "405")).toBe(20);
    expect(requests("other", "GET", "404")).toBe(20);
    expect(requests("/trpc/*", "GET", "404")).toBe(20);
    expect(sampled(samples, "fplane_http_request_duration_seconds_count", { route: "/fplane/:datestr" })).toBe(43);
    expect(sampled(samples, "fplane_http_request_duration_seconds_bucket", { route: "other", le: "+Inf" })).toBe(20);
  });

  test("tells how the record stands", async () => {
    const { app } = testApp(site.deps);
    const before = await metricsOf(app);
    expect(sampled(before, "fplane_revision")).toBe(6);
    expect(sampled(before, "fplane_last_status_age_seconds")).toBeUndefined();
    expect(sampled(before, "fplane_confirmed_age_seconds")).toBeUndefined();
    expect(sampled(before, "fplane_stale")).toBe(0);
    for (const none of ["fplane_quarantined", "fplane_holds"]) expect(sampled(before, none)).toBe(0);
    for (const channel of ["mail", "webhook"]) expect(sampled(before, "fplane_outbox_waiting", { channel })).toBe(0);

    const config = statusNow(site.deps, unitsOfToday());
    const taken = await site.post("/fplane", { config, commit: true }, as(site.keys.updater));
    expect(taken.status).toBe(200);
    site.deps.testClock.advance(2 * HOUR);
    const after = await metricsOf(testApp(site.deps).app);
    expect(sampled(after, "fplane_revision")).toBe(7);
    expect(sampled(after, "fplane_last_status_age_seconds")).toBe(7200);
    expect(sampled(after, "fplane_confirmed_age_seconds")).toBe(7200);
    expect(sampled(after, "fplane_answers_in_memory")).toBeGreaterThan(0);
  });

  test("tells of the process", async () => {
    const samples = await metricsOf(site.app);
    expect(sampled(samples, "process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
    expect(sampled(samples, "process_cpu_seconds_total")).toBeGreaterThan(0);
    const started = sampled(samples, "process_start_time_seconds") ?? 0;
    expect(Math.abs(Date.now() / 1000 - started)).toBeLessThan(24 * 3600);
    expect(sampled(samples, "fplane_build_info", { bun: Bun.version })).toBe(1);
  });

  test("needs a key where reading does", async () => {
    const { app } = testApp(site.deps, false);
    expect((await app.request("/metrics")).status).toBe(401);
    const bearer = { authorization: `Bearer ${site.keys.updater}` };
    expect((await app.request("/metrics", { headers: bearer })).status).toBe(200);
  });
});

describe("GET /metrics while the database is away", () => {
  test("it answers, says stale, leaves out what it does not know, and asks once for many readers", async () => {
    let questions = 0;
    const newestRevision = async () => {
      questions += 1;
      throw new FplaneError("unavailable", "away");
    };
    const { app } = testApp(observatory({ newestRevision } as unknown as Store));
    const [samples] = await Promise.all([metricsOf(app), metricsOf(app), metricsOf(app)]);
    expect(sampled(samples, "fplane_stale")).toBe(1);
    expect(sampled(samples, "fplane_revision")).toBeUndefined();
    expect(sampled(samples, "process_resident_memory_bytes")).toBeGreaterThan(0);
    expect(questions).toBe(1);
  });

  test("a question that is never answered does not keep the reader waiting", async () => {
    const store = { newestRevision: () => new Promise(() => {}) } as unknown as Store;
    const samples = await metricsOf(testApp(observatory(store)).app);
    expect(sampled(samples, "fplane_stale")).toBe(1);
  });
});
