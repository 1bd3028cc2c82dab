import { expect, test } from "bun:test";
import { getFplane } from "../../src/service/get-fplane.ts";
import { describeOnEngines } from "../support/engines.ts";
import { observatory } from "../support/observatory.ts";

describeOnEngines("getFplane", (engine) => {
  test("an empty record has no configuration, and says that it is before the first", async () => {
    const deps = observatory((await engine.open()).store);
    const asked = getFplane(deps, { datestr: "20180715", actualPositions: false, layout: "full", night: "local", strict: false });
    await expect(asked).rejects.toMatchObject({ code: "no-configuration", details: { reason: "before-first" } });
  });
});
