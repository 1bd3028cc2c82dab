import { describe, expect, test } from "bun:test";
import type { Store } from "../../../src/service/store.ts";
import { documentText } from "../../support/documents.ts";
import { readExposition } from "../../support/exposition.ts";
import { observatory, testApp } from "../../support/observatory.ts";

type Panel = {
  readonly title: string;
  readonly targets: readonly { readonly expr: string }[];
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
};

const dashboard = JSON.parse(documentText("docs/deploy/grafana-dashboard.json")) as {
  readonly panels: readonly Panel[];
};
const alerts = [...documentText("docs/deploy/alerts.yml").matchAll(/expr: (.*)/g)].map(([, expr = ""]) => expr);
const expressions = [...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)), ...alerts];

/** The families of metrics that a server has, with the labels that it gives them. */
async function familiesOfServer(): Promise<Map<string, Set<string>>> {
  const { app } = testApp(observatory(STORE));
  await app.request("/healthz");
  const text = await (await app.request("/metrics")).text();
  const families = new Map<string, Set<string>>();
  for (const [, name = ""] of text.matchAll(/^# TYPE (\S+) /gm)) families.set(name, new Set());
  for (const { name, labels } of readExposition(text))
    families.set(name, new Set([...(families.get(name) ?? []), ...Object.keys(labels)]));
  return families;
}

/** A record without a revision. */
const STORE = {
  newestRevision: async () => null,
  newestHardwareStatus: async () => null,
  holds: async () => [],
  quarantine: async () => [],
  outbox: { waiting: async () => 0 },
} as unknown as Store;

describe("the dashboard and the alerts", () => {
  test("ask for metrics that the server has", async () => {
    const families = await familiesOfServer();
    const asked = new Set(expressions.flatMap((expr) => expr.match(/\b(?:fplane|process)_\w+/g) ?? []));
    expect(asked.size).toBeGreaterThan(12);
    expect([...asked].filter((name) => !families.has(name))).toEqual([]);
    const unseen = [...families.keys()].filter((name) => !asked.has(name) && families.get(name)?.size !== 0);
    expect(unseen).toEqual([]);
  });

  test("ask for labels that those metrics have", async () => {
    const families = await familiesOfServer();
    for (const expr of expressions) {
      for (const [, name = "", matchers = ""] of expr.matchAll(/\b((?:fplane|process)_\w+)\{([^}]*)\}/g)) {
        const labels = [...matchers.matchAll(/(\w+)=/g)].map(([, label = ""]) => label);
        const known = new Set([...(families.get(name) ?? []), "instance"]);
        expect([name, labels.filter((label) => !known.has(label))]).toEqual([name, []]);
      }
    }
  });

  test("panels neither overlap nor leave the page", () => {
    const taken = new Set<string>();
    for (const { title, gridPos } of dashboard.panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect([title, x < 24, taken.has(`${x} ${y}`)]).toEqual([title, true, false]);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });
});

describe.skipIf(Bun.which("promtool") === null)("what Prometheus itself says (needs promtool)", () => {
  test("of the metrics", async () => {
    const { app } = testApp(observatory(STORE));
    await app.request("/healthz");
    const text = await (await app.request("/metrics")).text();
    const { exitCode, stderr } = Bun.spawnSync(["promtool", "check", "metrics"], { stdin: Buffer.from(text) });
    expect({ exitCode, said: stderr.toString() }).toEqual({ exitCode: 0, said: "" });
  });

  test.each(["rules docs/deploy/alerts.yml", "config docs/deploy/prometheus.yml"])("of %s", (what) => {
    const { exitCode, stdout } = Bun.spawnSync(["promtool", "check", ...what.split(" ")]);
    expect({ exitCode, said: stdout.toString() }).toMatchObject({
      exitCode: 0,
      said: expect.stringContaining("SUCCESS"),
    });
  });
});
