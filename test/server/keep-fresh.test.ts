import { expect, test } from "bun:test";
import { FplaneError } from "../../src/domain/errors.ts";
import { renderFplane } from "../../src/domain/files/fplane-file.ts";
import { keepFresh } from "../../src/server/keep-fresh.ts";
import { createOutages } from "../../src/server/outages.ts";
import { getFplane } from "../../src/service/get-fplane.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import type { Store } from "../../src/service/store.ts";
import { describeOnEngines } from "../support/engines.ts";
import { eventually } from "../support/eventually.ts";
import { CURATOR, importOf, logOf, observatory } from "../support/observatory.ts";
import { madeUpPlane } from "../support/planes.ts";

const PLANE = renderFplane(madeUpPlane(), "full");
const AWAY = new FplaneError("unavailable", "the database cannot be reached now", { reason: "away" });

describeOnEngines("a server that keeps what it knows fresh", (engine) => {
  test("hears of what another one records, and knows what is valid now when the database goes", async () => {
    const { store } = await engine.open();
    let away = false;
    const unsteady = new Proxy(store, {
      get: (target, name) => {
        const member = Reflect.get(target, name) as (...args: never[]) => unknown;
        if (typeof member !== "function") return member;
        return (...args: never[]) => (away ? Promise.reject(AWAY) : member(...args));
      },
    }) as Store;
    const deps = observatory(unsteady);
    const lines: Record<string, unknown>[] = [];
    const stop = keepFresh(deps, createOutages(logOf(lines)), 0.05);
    await importFplane(observatory(store), CURATOR, importOf("a.txt", PLANE, "20180101", { force: true }));
    await eventually(
      () => deps.answers.size(),
      (size) => size >= 2,
    );
    away = true;
    await eventually(
      () => lines.length,
      (count) => count > 0,
    );
    const variant = { datestr: "", layout: "full", night: "local", strict: false } as const;
    for (const actualPositions of [false, true]) {
      const answer = await getFplane(deps, { ...variant, actualPositions });
      expect(answer).toMatchObject({ revision: 1, staleSince: deps.clock() });
    }
    await Bun.sleep(200); // several looks
    expect(lines.map(({ msg }) => msg)).toEqual(["the database is away: what is known is still served"]);
    away = false;
    await stop();
  });
});
