import { expect, test } from "bun:test";
import { readBody } from "../../src/domain/record/revision-body.ts";
import { HOUR, instantOf, instantText, later } from "../../src/domain/time/instant.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, importOf, observatory } from "../support/observatory.ts";
import { ask, changed, fileOf, send, shownIn, unitsIn } from "../support/verbs.ts";

const FIRST = unitsIn(4);
const SECOND = changed(FIRST, { "013": { specid: "350" } });
const THIRD = changed(FIRST, { "013": { specid: "360" } });

describeOnEngines("where an import ends", (engine) => {
  const fresh = async () => observatory((await engine.open()).store);
  type Fresh = Awaited<ReturnType<typeof fresh>>;
  const bring = (deps: Fresh, files: readonly { name: string; text: string; from: string; until?: string }[]) =>
    importFplane(deps, CURATOR, { ...importOf("", "", ""), files });
  const seat013 = async (deps: Fresh, datestr: string) => shownIn(await ask(deps, datestr), "013").slice(4, 7);

  test("with nothing recorded after it a file has no end; `open` overrides what is recorded after it", async () => {
    const deps = await fresh();
    const { files } = await bring(deps, [{ name: "b.txt", text: fileOf(SECOND), from: "20190201" }]);
    expect(files[0]).toMatchObject({ until: null, endsEarlier: [], warnings: [] });
    await bring(deps, [{ name: "a.txt", text: fileOf(FIRST), from: "20190101" }]);
    expect(await seat013(deps, "20190301")).toBe("350");
    const open = await bring(deps, [{ name: "c.txt", text: fileOf(THIRD), from: "20190115", until: "open" }]);
    expect(open.files[0]).toMatchObject({ until: null, endsEarlier: [], warnings: [] });
    expect(await seat013(deps, "20190110")).toBe("301");
    expect((await ask(deps, "20190301")).interval).toEqual({ from: instantOf("2019-01-15T18:00:00Z"), until: null });
    expect(await seat013(deps, "20190301")).toBe("360");
  });

  test("of files without an end each but the last is closed, and so confirmed, by the next", async () => {
    const deps = await fresh();
    await bring(deps, [
      { name: "a.txt", text: fileOf(FIRST), from: "20190101" },
      { name: "b.txt", text: fileOf(SECOND), from: "20190201" },
      { name: "c.txt", text: fileOf(SECOND), from: "20190301" },
    ]);
    const confirmed = async (datestr: string) => (await ask(deps, datestr)).confirmedUntil;
    expect(await confirmed("20190115")).toBe(instantOf("2019-02-01T18:00:00Z"));
    expect(await confirmed("20190215")).toBe(later(instantOf("2019-03-01T18:00:00Z"), -1));
    await expect(ask(deps, "20190315", { strict: true })).rejects.toMatchObject({ code: "unconfirmed" });
    // The third file says what the second did, which need not be said again.
    expect(readBody((await deps.store.bodyOf(3)) ?? "").facts.placements).toEqual([]);
  });

  test("a controller that a status told of stays with its spectrograph, and goes with it", async () => {
    const deps = await fresh();
    await send(deps, FIRST);
    const [start, contids] = [instantText(later(deps.clock(), HOUR)), ["S/N 0001", "S/N 0002"]];
    const shown = async () => (await ask(deps, start)).plane.virus.slice(0, 2).map((row) => row.contid);
    await bring(deps, [{ name: "a.txt", text: fileOf(FIRST), from: start }]);
    expect(await shown()).toEqual(contids);
    await bring(deps, [{ name: "b.txt", text: fileOf(SECOND), from: start }]);
    expect(await shown()).toEqual([null, "S/N 0002"]);
  });

  test("a file can begin with the first instant that there is", async () => {
    const deps = await fresh();
    const first = "0001-01-01T00:00:00Z";
    await bring(deps, [{ name: "old.txt", text: fileOf(FIRST), from: first, until: "00010105" }]);
    expect((await ask(deps, first)).interval.from).toBe(instantOf(first));
  });
});
