import { beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instantOf, instantText, later } from "../../src/domain/time/instant.ts";
import { retract } from "../../src/service/retract.ts";
import { addTag } from "../../src/service/tags.ts";
import { updateConfig } from "../../src/service/update-config.ts";
import { describeOnEngines } from "../support/engines.ts";
import { bodiesOf, entriesOf } from "../support/ndjson.ts";
import { CURATOR, statusNow, testApp, UPDATER } from "../support/observatory.ts";
import { PYTHONS } from "../support/pythons.ts";
import { openSite, problemOf, type Site, STARTING, unitsOfToday } from "../support/site.ts";

describeOnEngines("many focal planes at once", (engine) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine);
  }, STARTING);

  const span = async (query: string) => await entriesOf(await site.get(`/fplanes?${query}`));
  const dates = async (list: readonly unknown[], query = "") =>
    await entriesOf(await site.post(`/fplanes?${query}`, { dates: list }));

  describe("POST /fplanes", () => {
    const list = [
      "20171015",
      "2018-05-22T02:37:53.428",
      "20180522",
      "20180611v017",
      "MJD58314.2",
      "20190301",
      "latest",
    ];
    const variants = [
      "",
      "actual_pos=1",
      "full_fplane=0&actual_pos=1",
      "all_slots=1",
      "night=ut",
      "as_of=4",
      "as_of=5",
    ];
    test.each(variants)("with %p each date is what GET /fplane answers, told once", async (query) => {
      const entries = await dates(list, query);
      const bodies = bodiesOf(entries);
      expect(entries.map(({ datestr }) => datestr)).toEqual(list);
      for (const [i, datestr] of list.entries()) {
        const single = await site.get(`/fplane/${datestr}?${query}`);
        if (single.status !== 200) {
          expect(entries[i]?.error?.code).toBe((await problemOf(single)).code);
          continue;
        }
        expect(bodies[i]).toBe(await single.text());
        const header = (name: string) => single.headers.get(`x-fplane-${name}`);
        expect({
          instant: entries[i]?.instant ?? null,
          from: entries[i]?.validFrom ?? null,
          until: entries[i]?.validUntil ?? null,
          confirmed: entries[i]?.confirmedUntil ?? null,
          revision: String(entries[i]?.revision),
          name: `attachment; filename="${entries[i]?.filename}"`,
          pinned: entries[i]?.pinned,
        }).toEqual({
          instant: header("instant"),
          from: header("valid-from"),
          until: header("valid-until"),
          confirmed: header("confirmed-until"),
          revision: header("revision") ?? "",
          name: single.headers.get("content-disposition") ?? "",
          pinned: single.headers.get("cache-control")?.includes("immutable"),
        });
      }
      expect(entries.filter(({ body }) => body !== undefined)).toHaveLength(new Set(bodies.filter(Boolean)).size);
    });

    test.each(["json", "csv", "ecsv", "ds9"])("bodies in %s are those of GET /fplane", async (format) => {
      const bodies = bodiesOf(await dates(list.slice(0, 5), `format=${format}`));
      for (const [i, datestr] of list.slice(0, 5).entries()) {
        expect(bodies[i]).toBe(await (await site.get(`/fplane/${datestr}?format=${format}`)).text());
      }
    });

    test("an error in one date does not lose the others, however many lie in the same gap", async () => {
      const gap = Array.from({ length: 300 }, (_, i) => instantText(later(instantOf("2017-11-02T00:00:00Z"), i * 1e9)));
      const entries = await dates(["20180715", "20180230", 5, ["x"], "20160101", ...gap, "20160102", "20180716"]);
      const codes = entries.map(({ error }) => error?.reason ?? error?.code ?? "ok");
      expect(codes.slice(0, 5)).toEqual(["ok", "bad-date", "bad-date", "bad-date", "before-first"]);
      expect(codes.slice(5, -2)).toEqual(gap.map(() => "gap"));
      expect(codes.slice(-2)).toEqual(["before-first", "ok"]);
      expect(entries[4]?.error?.message).toContain("2016-01-02T06:00:00Z lies before");
      expect(entries.at(-2)?.error?.message).toContain("2016-01-03T06:00:00Z lies before");
    });

    test("strict refuses date by date", async () => {
      const codes = (await dates(["20171015", "20180715"], "strict=1")).map(({ error }) => error?.code ?? "ok");
      expect(codes).toEqual(["ok", "unconfirmed"]);
    });

    test("no date is an answer without a line", async () => {
      expect(await dates([])).toEqual([]);
    });

    test("10,000 dates are taken, one more is too-large", async () => {
      const many = Array.from({ length: 10_000 }, () => "20180715");
      expect(await dates(many)).toHaveLength(10_000);
      const problem = await problemOf(await site.post("/fplanes", { dates: [...many, "20180715"] }));
      expect(problem).toMatchObject({ status: 413, code: "too-large", message: expect.stringContaining("10000") });
    });

    test.each([
      ["no list", { dates: "20180715" }, "", "bad-json"],
      ["nothing", {}, "", "bad-json"],
      ["another member", { dates: [], strict: true }, "", "bad-json"],
      ["no JSON", "20180715", "", "bad-json"],
      ["an unknown revision", { dates: [] }, "as_of=99", "not-found"],
      ["an unknown parameter", { dates: [] }, "actual=1", "bad-parameter"],
      ["an unknown format", { dates: [] }, "format=tar", "bad-parameter"],
      ["two forms", { dates: [] }, "format=csv&body=json", "bad-parameter"],
      ["an unknown form", { dates: [] }, "body=xml", "bad-parameter"],
    ])("%s is an error of the whole", async (_what, body, query, code) => {
      expect((await problemOf(await site.post(`/fplanes?${query}`, body))).code).toBe(code);
    });
  });

  describe("GET /fplanes", () => {
    test("has every configuration once, by time, and says where nothing is known", async () => {
      const entries = await span("from=20170901&to=20200101");
      expect(
        entries.map(({ datestr, error, validFrom, validUntil }) => [datestr ?? error?.reason, validFrom, validUntil]),
      ).toEqual([
        ["before-first", "2017-09-01T17:00:00Z", "2017-10-01T17:00:00Z"],
        ["20171001", "2017-10-01T17:00:00Z", "2017-11-01T17:00:00Z"],
        ["gap", "2017-11-01T17:00:00Z", "2018-01-01T18:00:00Z"],
        ["20180101", "2018-01-01T18:00:00Z", "2019-03-01T18:00:00Z"],
        ["20190301", "2019-03-01T18:00:00Z", null],
      ]);
      for (const [i, body] of bodiesOf(entries).entries()) {
        if (body !== null) expect(body).toBe(await (await site.get(`/fplane/${entries[i]?.datestr}`)).text());
      }
      expect(entries.map(({ body }) => body !== undefined)).toEqual([false, true, false, false, true]);
    });

    test("without a start it begins with the first record, and a span inside a configuration has that one whole", async () => {
      expect((await span("")).map(({ validFrom }) => validFrom)[0]).toBe("2017-10-01T17:00:00Z");
      const inside = await span("from=20180715&to=20180716");
      expect(inside).toMatchObject([{ datestr: "20180101", validUntil: "2019-03-01T18:00:00Z", pinned: false }]);
    });

    test("nights=1 has an entry for each night, named by its date, with night=ut by the UT date", async () => {
      const local = await span("nights=1&from=20171230&to=20180103");
      expect(local.map(({ datestr, error }) => [datestr, error?.reason])).toEqual([
        ["20171230", "gap"],
        ["20171231", "gap"],
        ["20180101", undefined],
        ["20180102", undefined],
      ]);
      const ut = await span("nights=1&night=ut&from=20180102&to=20180104");
      expect(ut.map(({ datestr, instant }) => [datestr, instant])).toEqual([
        ["20180102", "2018-01-02T06:00:00Z"],
        ["20180103", "2018-01-03T06:00:00Z"],
      ]);
      expect(await span("nights=1&from=2019-01-01&to=20200101")).toHaveLength(365);
    });

    test("strict wants what is answered confirmed to its end", async () => {
      const codes = (await span("from=20171001&to=20190101&strict=1")).map(({ error }) => error?.reason ?? error?.code);
      expect(codes).toEqual([undefined, "gap", "unconfirmed"]);
    });

    test.each([
      ["from=20180101&to=20180101", "bad-parameter"],
      ["from=20180102&to=20180101&nights=1", "bad-parameter"],
      ["nights=1", "bad-parameter"],
      ["from=yesterday", "bad-date"],
      ["from=19000101&to=20180101&nights=1", "too-large"],
      ["as_of=1", "no-configuration"],
      ["to=2018-01-32", "bad-date"],
    ])("%s is refused: %s", async (query, code) => {
      expect((await problemOf(await site.get(`/fplanes?${query}`))).code).toBe(code);
    });

    test.each([
      ["from=20180101&to=20180201&as_of=5", "public, max-age=31536000, immutable"],
      ["from=20180101&to=latest&as_of=5", "no-cache"],
      ["from=20180101&nights=1&as_of=5", "no-cache"],
      ["as_of=5", "public, max-age=31536000, immutable"],
      ["from=20180101&to=20180201", "no-cache"],
    ])("%s is kept by caches: %s", async (query, caching) => {
      const response = await site.get(`/fplanes?${query}`);
      expect(response.headers.get("cache-control")).toBe(caching);
      await response.body?.cancel();
    });

    test("HEAD has the headers, gzip the same bytes", async () => {
      const head = await site.app.request("/fplanes?as_of=5", { method: "HEAD" });
      expect([head.status, await head.text(), head.headers.get("x-fplane-revision")]).toEqual([200, "", "5"]);
      const plain = await site.get("/fplanes?as_of=5");
      const packed = await site.get("/fplanes?as_of=5", { "accept-encoding": "gzip" });
      expect(packed.headers.get("content-encoding")).toBe("gzip");
      const bytes = new Uint8Array(await packed.arrayBuffer());
      expect(new TextDecoder().decode(Bun.gunzipSync(bytes))).toBe(await plain.text());
    });

    test("a tag speaks up to its horizon only", async () => {
      const name = `dr-${engine.name}`;
      await addTag(site.deps, CURATOR, { name, asOf: "5", horizon: "20190101", reason: "test" });
      const last = (await span(`from=20171001&as_of=${name}`)).at(-1);
      expect(last).toMatchObject({ datestr: "20180101", pinned: true });
      const beyond = await problemOf(await site.get(`/fplanes?from=20171001&to=20190102&as_of=${name}`));
      expect(beyond.code).toBe("beyond-horizon");
      const [ok, not] = await dates(["20181201", "20190201"], `as_of=${name}`);
      expect([ok?.error?.code, not?.error?.code]).toEqual([undefined, "beyond-horizon"]);
    });
  });

  describe("format=zip", () => {
    const python = PYTHONS.python3;
    test.skipIf(python === null)("is an archive that others read, with an index (needs python3)", async () => {
      const directory = await mkdtemp(join(tmpdir(), "fplane-zip-"));
      const response = await site.get("/fplanes?from=20170901&format=zip&full_fplane=0");
      expect(response.headers.get("content-type")).toBe("application/zip");
      await Bun.write(join(directory, "x.zip"), await response.arrayBuffer());
      const code =
        "import json, sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip()); print(json.dumps({n: z.read(n).decode() for n in z.namelist()}))";
      const read = Bun.spawnSync([python ?? "", "-c", code, join(directory, "x.zip")]).stdout.toString();
      const [tested = "", json = ""] = read.split("\n");
      expect(tested).toBe("None");
      const { "index.ndjson": index = "", ...files } = JSON.parse(json) as Record<string, string>;
      const entries = await span("from=20170901&full_fplane=0");
      const bodies = bodiesOf(entries);
      expect(files).toEqual(
        Object.fromEntries(
          entries.flatMap(({ filename }, i) => (filename === undefined ? [] : [[filename, bodies[i] ?? ""]])),
        ),
      );
      expect(
        index
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line)),
      ).toEqual(entries.map(({ body: _, ...entry }) => entry));
      await rm(directory, { recursive: true });
    });

    test("is also sent to who accepts nothing but it, and body= is the form of the files", async () => {
      const accepted = await site.get("/fplanes?as_of=5", { accept: "application/zip" });
      expect(accepted.headers.get("content-type")).toBe("application/zip");
      const bytes = Buffer.from(await (await site.get("/fplanes?format=zip&body=csv")).arrayBuffer());
      expect(bytes.includes("fplane20180101.csv")).toBe(true);
    });
  });

  test("a configuration of a few hours is kept apart, named by its time", async () => {
    const own = await openSite(engine);
    const units = unitsOfToday();
    const send = async (at: string, count: number) => {
      own.deps.testClock.set(at);
      const config = statusNow(own.deps, units.slice(0, count));
      await updateConfig(own.deps, UPDATER, {
        config,
        commit: true,
        datestr: undefined,
        actualPositions: false,
        layout: "full",
      });
    };
    await send("2020-07-01T19:00:00Z", units.length - 1);
    await send("2020-07-01T21:30:00.5Z", units.length - 2);
    const entries = (await entriesOf(await own.get("/fplanes?from=20200630"))).slice(-3);
    expect(entries.map(({ datestr, filename }) => [datestr, filename])).toEqual([
      ["20190301", "fplane20190301.txt"],
      ["20200701T190000", "between-nights/fplane20200701T190000.txt"],
      ["20200701", "fplane20200701.txt"],
    ]);
    const bodies = bodiesOf(entries);
    for (const [i, { datestr }] of entries.entries()) {
      if (i > 0) expect(bodies[i]).toBe(await (await own.get(`/fplane/${datestr}`)).text());
    }
  });

  test("what has been retracted is told as such, and only that", async () => {
    const own = await openSite(engine);
    const span = { from: "20171010", until: "20171015" };
    await retract(own.deps, CURATOR, { ifuslots: [], ...span, reason: "test", commit: true });
    const list = ["20171009", "20171010", "20171014", "20171015", "20171102", "20171013"];
    const entries = await entriesOf(await own.post("/fplanes", { dates: list }));
    const told = entries.map(({ error }) => error?.reason ?? "ok");
    expect(told).toEqual(["ok", "retracted", "retracted", "ok", "gap", "retracted"]);
    const single = await problemOf(await own.get("/fplane/20171013"));
    expect(entries.at(-1)?.error?.message).toBe(single.message);
  });

  test("where reading needs a key, these need one too", async () => {
    const { app } = testApp(site.deps, false);
    for (const [path, method] of [
      ["/fplanes", "GET"],
      ["/fplanes", "POST"],
      ["/bundle", "GET"],
    ] as const) {
      expect((await problemOf(await app.request(path, { method }))).code).toBe("no-key");
    }
    const response = await app.request("/fplanes", { headers: { authorization: `Bearer ${site.keys.updater}` } });
    expect(response.headers.get("cache-control")).toBe("private, no-cache");
    expect((await entriesOf(response)).length).toBe(4);
  });
});
