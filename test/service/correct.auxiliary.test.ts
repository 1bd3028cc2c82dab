import { describe, expect, test } from "bun:test";
import { correct } from "../../src/service/correct.ts";
import type { Deps } from "../../src/service/deps.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { retract } from "../../src/service/retract.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, importOf, observatory } from "../support/observatory.ts";
import { ask, changed, fileOf, newestRevision, send, shownIn, unitsIn } from "../support/verbs.ts";

const UNITS = unitsIn(5);

describeOnEngines("an auxiliary seat of which nothing is recorded", (engine) => {
  const opened = async () => {
    const deps = observatory((await engine.open()).store);
    await send(deps, UNITS);
    return deps;
  };
  const set = (deps: Deps, ifuslot: string, fields: Readonly<Record<string, string>>, from = "20200702") =>
    correct(deps, CURATOR, {
      corrections: [{ ifuslot, from, until: "open", set: fields }],
      reason: "a new bundle",
      commit: true,
    });

  test("keeps what the built-in table says of it where a correction sets another field", async () => {
    const deps = await opened();
    await set(deps, "056", { specid: "501" });
    expect(shownIn(await ask(deps, "20200701"), "056")).toBe("998 998 998");
    expect(shownIn(await ask(deps, "20200703"), "056")).toBe("998 501 998");
  });

  describe("holds the IFU and the spectrograph of the built-in table", () => {
    test.each([
      ["by a correction of another auxiliary seat", "601", { ifuid: "902" }, "IFU 902 would be in seats 600 and 601"],
      ["by a correction of a VIRUS seat", "013", { ifuid: "998" }, "IFU 998 would be in seats 013 and 056"],
      ["by its spectrograph too", "066", { specid: "998" }, "spectrograph 998 would be in seats 056 and 066"],
    ])("so that neither can be put elsewhere: %s", async (_, ifuslot, fields, message) => {
      const deps = await opened();
      // Before the first configuration there is no file yet that could show it.
      for (const from of ["20200601", "20200702"]) {
        const refused = set(deps, ifuslot, fields, from);
        await expect(refused).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining(message) });
      }
      expect(await newestRevision(deps)).toBe(1);
    });

    test("neither by a status nor by an import", async () => {
      const deps = await opened();
      const other = changed(UNITS, { "013": { ifuid: "998" } });
      const refusal = { code: "conflict", message: expect.stringContaining("IFU 998 would be in seats 013 and 056") };
      await expect(send(deps, other)).rejects.toMatchObject(refusal);
      const imported = importOf("a.txt", fileOf(other, { layout: "short" }), "20200702");
      await expect(importFplane(deps, CURATOR, imported)).rejects.toMatchObject(refusal);
    });

    test("only until something else is recorded of it, and again when that is taken back", async () => {
      const deps = await opened();
      await set(deps, "056", { ifuid: "086" });
      await set(deps, "013", { ifuid: "998" });
      expect(shownIn(await ask(deps, "20200703"), "013")).toBe("998 301 111");
      const takenBack = retract(deps, CURATOR, {
        ...{ ifuslots: ["056"], from: "20200702", until: "open", reason: "not so", commit: true },
      });
      await expect(takenBack).rejects.toMatchObject({ code: "conflict" });
    });

    test("and not that of another instrument: SPECIDs are its own", async () => {
      const deps = await opened();
      await set(deps, "013", { specid: "998" });
      expect(shownIn(await ask(deps, "20200703"), "013")).toBe("001 998 111");
    });
  });
});
