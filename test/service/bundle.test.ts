import { beforeAll, describe, expect, test } from "bun:test";
import { bundleReader } from "../../src/domain/answer/bundle-answer.ts";
import { configurationsInBundle, datesInBundle, nightsForBundle } from "../../src/domain/answer/bundle-entries.ts";
import { readBundle } from "../../src/domain/answer/read-bundle.ts";
import { FplaneError } from "../../src/domain/errors.ts";
import { instantOf, later } from "../../src/domain/time/instant.ts";
import { getBundle } from "../../src/service/bundle.ts";
import { correct } from "../../src/service/correct.ts";
import { getConfigurations } from "../../src/service/get-configurations.ts";
import { getFplanes, nightsBetween } from "../../src/service/get-fplanes.ts";
import { entryReporter } from "../../src/service/reports/fplanes-report.ts";
import { retract } from "../../src/service/retract.ts";
import { addTag } from "../../src/service/tags.ts";
import { describeOnEngines } from "../support/engines.ts";
import { ADMIN, CURATOR } from "../support/observatory.ts";
import { openSite, problemOf, type Site, STARTING } from "../support/site.ts";

describeOnEngines("a bundle", (engine) => {
  let site: Site;
  let text: string;
  const bundleText = async (asOf?: string) =>
    (await Array.fromAsync((await getBundle(site.deps, asOf)).lines)).join("");

  beforeAll(async () => {
    site = await openSite(engine);
    const { deps } = site;
    const act = { reason: "test", commit: true } as const;
    await correct(deps, CURATOR, {
      ...act,
      corrections: [{ ifuslot: "021", from: "20180601", until: "20180701", set: { specslot: "111" } }],
    });
    await correct(deps, CURATOR, {
      ...act,
      corrections: [{ ifuslot: "021", from: "20180201", until: "20180215", set: { specslot: "112" } }],
    });
    await retract(deps, CURATOR, { ...act, ifuslots: ["022"], from: "20190501", until: "20190601" });
    await addTag(deps, CURATOR, { name: "dr1", asOf: "5", horizon: "20190401", reason: "test" });
    text = await bundleText();
  }, STARTING);

  const readings = [
    { actualPositions: false, layout: "full", night: "local", strict: false, format: "txt" },
    { actualPositions: true, layout: "short", night: "ut", strict: true, format: "json" },
    { actualPositions: true, layout: "all-slots", night: "local", strict: false, format: "csv" },
  ] as const;

  for (const { format, ...reading } of readings) {
    const what = JSON.stringify({ ...reading, format });
    test(`gives for each date what the server gives, ${what}`, async () => {
      const bundle = readBundle(text, "b");
      const many = { ...reading, format, now: site.deps.clock() };
      const dates = [
        "20171001",
        "20171031",
        "20171215",
        "20160101",
        "20180601",
        "20190515",
        "x",
        "MJD58500.3",
        "latest",
      ];
      const { entries } = await getFplanes(site.deps, { ...reading, dates }, 100);
      const served = (await Array.fromAsync(entries)).map(entryReporter(format));
      const own = [...datesInBundle(bundle, dates, many)];
      const comparable = served.map(({ entry, body }) => ({
        entry: "digest" in entry ? { ...entry, pinned: entry.datestr !== "latest" } : entry,
        body,
      }));
      expect(own as unknown[]).toEqual(comparable);
    });

    test(`gives for each configuration and night what the server gives, ${what}`, async () => {
      const bundle = readBundle(text, "b");
      const many = { ...reading, format, now: site.deps.clock() };
      for (const [from, to] of [
        [undefined, undefined],
        ["20170101", "20190501"],
        ["20180615", "20180616"],
      ] as const) {
        const { entries } = await getConfigurations(site.deps, { ...reading, from, to, asOf: "latest" });
        const served = (await Array.fromAsync(entries)).map(entryReporter(format)).map(({ entry, body }) => ({
          entry: "digest" in entry ? { ...entry, pinned: true } : entry,
          body,
        }));
        expect([...configurationsInBundle(bundle, { from, to }, many)] as unknown[]).toEqual(served);
      }
      const span = { from: "20171230", to: "20180103" };
      expect(nightsForBundle(bundle, span, many)).toEqual(nightsBetween(site.deps, { ...span, night: many.night }, 9));
    });
  }

  test("knows the bounds to the microsecond", () => {
    const at = bundleReader(readBundle(text, "b"), { actualPositions: false, layout: "full", strict: false });
    const change = instantOf("2019-03-01T18:00:00Z");
    expect(at(later(change, -1)).interval.until).toBe(change);
    expect(at(change).interval.from).toBe(change);
  });

  test("has what is confirmed by time, in whatever order it was recorded", () => {
    const lines = text.split("\n").filter((line) => line.startsWith('{"confirmation":'));
    expect(lines.length).toBeGreaterThan(2);
    expect(lines).toEqual(lines.toSorted());
  });

  test("of a tag speaks up to its horizon, and of no other revision", async () => {
    const bundle = readBundle(await bundleText("dr1"), "b");
    expect([bundle.revision, bundle.tag]).toEqual([5, "dr1"]);
    const reader = (asOf?: string) =>
      bundleReader(bundle, { asOf, actualPositions: false, layout: "full", strict: false });
    const [horizon, late] = [instantOf("2019-04-01T17:00:00Z"), instantOf("2019-06-01T00:00:00Z")];
    expect(reader()(later(horizon, -1)).revision).toBe(5);
    expect(() => reader()(horizon)).toThrow("lies beyond the tag's horizon, 2019-04-01T17:00:00Z");
    for (const asOf of [undefined, "dr1"]) expect(() => reader(asOf)(late)).toThrow("horizon");
    expect(reader("5")(late).revision).toBe(5);
    for (const asOf of ["6", "dr2", "20180101"])
      expect(() => reader(asOf)).toThrow("the bundle holds revision 5, tag dr1");
  });

  test("of a tag gives the configurations up to its horizon as the server does, and refuses a span that ends after it", async () => {
    const bundle = readBundle(await bundleText("dr1"), "b");
    const reading = { actualPositions: false, layout: "full", night: "local", strict: false } as const;
    const spans = [{}, { to: "20190401" }, { to: "20190402" }, { from: "20190601", to: "20190701" }];
    for (const asOf of ["dr1", "5"]) {
      for (const { from, to } of spans as { from?: string; to?: string }[]) {
        const served = async () => {
          const { entries } = await getConfigurations(site.deps, { ...reading, asOf, from, to });
          return (await Array.fromAsync(entries)).map(entryReporter("txt"));
        };
        const many = { ...reading, asOf, format: "txt", now: site.deps.clock() } as const;
        const own = () => [...configurationsInBundle(bundle, { from, to }, many)];
        const told = (error: unknown) => error;
        const [theirs, ours] = [await served().catch(told), await Promise.try(own).catch(told)];
        if (theirs instanceof FplaneError) expect(ours).toMatchObject({ code: theirs.code, message: theirs.message });
        else expect(ours as unknown[]).toEqual(theirs as unknown[]);
      }
    }
  });

  test("is the same bytes each time, under one ETag, and 304 to who has it", async () => {
    const [one, two] = [await site.get("/bundle"), await site.get("/bundle")];
    expect(await one.text()).toBe(text);
    const etag = one.headers.get("etag") ?? "";
    expect([two.headers.get("etag"), await two.text()]).toEqual([etag, text]);
    expect((await site.get("/bundle", { "if-none-match": etag })).status).toBe(304);
    expect((await site.get("/bundle?as_of=5")).headers.get("etag")).not.toBe(etag);
    expect((await site.get("/bundle?as_of=5")).headers.get("cache-control")).toContain("immutable");
    expect((await problemOf(await site.get("/bundle?as_of=99"))).code).toBe("not-found");
    expect((await problemOf(await site.get("/bundle?x=1"))).code).toBe("bad-parameter");
  });

  test("holds nothing of users: no name, address, key or reason", async () => {
    const users = await site.deps.store.users();
    const readable = text.replaceAll(/[0-9a-f]{64}/g, ""); // a digest can hold "ada" by chance
    for (const { username, email, firstName, lastName, keySha256 } of users) {
      expect(text).not.toContain(keySha256);
      for (const secret of [username, email, ` ${firstName}`, ` ${lastName}`]) expect(readable).not.toContain(secret);
    }
    for (const name of [ADMIN.username, CURATOR.username, '"test"']) expect(readable).not.toContain(name);
  });

  describe("that is not whole is refused", () => {
    test.each([
      ["nothing", () => "", "is no bundle"],
      ["a page", () => "<html>", "is no bundle"],
      ["cut in a line", () => text.slice(0, -10), "cut short"],
      ["cut after a line", () => text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1), "cut short"],
      ["one digit changed", () => text.replace('"placement":["013","', '"placement":["014","'), "damaged"],
      ["a line lost", () => text.replace(/\{"placement".*\n/, ""), "damaged"],
      ["a line twice", () => text.replace(/\{"placement".*\n/, "$&$&"), "damaged"],
      ["a newer version", () => remade(text.replace('"fplaneBundle":1', '"fplaneBundle":2')), "another version"],
      ["a line that is none", () => remade(text.replace(/\{"placement".*\n/, "x\n")), "not understood"],
    ])("%s", (_what, damaged, told) => {
      const read = () => readBundle(damaged(), "b.ndjson");
      expect(read).toThrow(FplaneError);
      expect(read).toThrow(`b.ndjson `);
      expect(read).toThrow(told);
    });
  });
});

/** With the digest of what it holds now. */
function remade(text: string): string {
  const content = text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1);
  const sha256 = new Bun.CryptoHasher("sha256").update(content).digest("hex");
  return `${content}${JSON.stringify({ end: { lines: 1, sha256 } })}\n`;
}
