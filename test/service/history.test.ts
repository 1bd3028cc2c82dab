import { expect, test } from "bun:test";
import { renderFplane } from "../../src/domain/files/fplane-file.ts";
import { blame } from "../../src/service/blame.ts";
import { correct } from "../../src/service/correct.ts";
import { getHistory } from "../../src/service/history.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, importOf, observatory } from "../support/observatory.ts";
import { madeUpPlane } from "../support/planes.ts";

describeOnEngines("who says so", (engine) => {
  test("what a correction leaves of a row is still what the import said", async () => {
    const deps = observatory((await engine.open()).store);
    await importFplane(
      deps,
      CURATOR,
      importOf("a.txt", renderFplane(madeUpPlane(), "full"), "20180101", { force: true }),
    );
    const corrections = [{ ifuslot: "013", from: "20190301", until: "20190401", set: { specid: "333" } }];
    await correct(deps, CURATOR, { corrections, reason: "headers of March", commit: true });

    const { entries } = await getHistory(deps, { kind: "ifuslot", id: "13" });
    expect(entries.map(({ revision }) => revision.kind)).toEqual(["import", "correct", "import"]);
    const reasons = async (datestr: string) => {
      const { seats } = await blame(deps, { datestr, night: "local" });
      return seats.find((seat) => seat.ifuslot === "013")?.revision?.reason;
    };
    expect(await reasons("20190215")).toBe("test");
    expect(await reasons("20190315")).toBe("headers of March");
    expect(await reasons("20190415")).toBe("test");
  });
});
