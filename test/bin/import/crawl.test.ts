import { afterEach, describe, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fetchMissing } from "../../../bin/import/crawl.ts";
import { type CrawlDirectory, openCrawlDirectory } from "../../../bin/import/crawl-directory.ts";
import { curesOf, importRequests, nightsBetween } from "../../../bin/import/crawl-plan.ts";
import { fetchNight, type OldServer } from "../../../bin/import/old-server.ts";
import { NO_CURE } from "../../../src/domain/answer/night-answers.ts";
import { type ERRORS, FplaneError } from "../../../src/domain/errors.ts";
import type { NightSpan } from "../../../src/domain/record/fold-nights.ts";
import { nightAfter } from "../../../src/domain/time/night.ts";
import { temporaryDirectory } from "../../support/live-server.ts";
import { type OldFplaneserver, oldText, startOldFplaneserver } from "../../support/old-fplaneserver.ts";
import { madeUpPlane } from "../../support/planes.ts";

const PLANE = madeUpPlane();
const started: OldFplaneserver[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
});

/** An old server with the given nights, and a crawler of it that does not really wait. */
function oldServer(...nights: string[]) {
  const server = startOldFplaneserver(new Map(nights.map((night) => [night, { plane: PLANE }])));
  started.push(server);
  const pauses: number[] = [];
  const interruption = new AbortController();
  const crawler: OldServer = {
    url: server.url,
    interrupted: interruption.signal,
    pause: async (milliseconds) => void pauses.push(milliseconds),
  };
  return { server, crawler, pauses, interruption };
}

async function codeOf(work: Promise<unknown>): Promise<keyof typeof ERRORS | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof FplaneError) return error.code;
    throw error;
  }
}

describe("asking an old server for one file", () => {
  test("the text is what the server sent, byte for byte, for each of the four variants", async () => {
    const { crawler, server } = oldServer("20180101");
    for (const variant of ["full-actual", "full-nominal", "short-actual", "short-nominal"] as const) {
      const { answer, final } = await fetchNight(crawler, "2018-01-01", variant);
      expect({ answer, final }).toEqual({ answer: { text: oldText(PLANE, variant) }, final: true });
      expect(server.requests.at(-1)).toBe(`20180101 ${variant}`);
    }
  });

  test("a status of 400 and more is a refusal, asked once", async () => {
    const { crawler, server, pauses } = oldServer();
    const refused = await fetchNight(crawler, "2018-01-01", "full-actual");
    expect(refused).toEqual({ answer: { refusal: "404 Not Found" }, final: true });
    expect({ asked: server.requests.length, pauses }).toEqual({ asked: 1, pauses: [] });
  });

  test("a 5xx, a 408 and a 429 are asked again, with longer and longer pauses", async () => {
    const { crawler, server, pauses } = oldServer("20180101");
    server.faults.set("20180101", [503, 429, 500, 408]);
    expect(await fetchNight(crawler, "2018-01-01", "full-actual")).toMatchObject({
      answer: { text: expect.anything() },
    });
    expect(pauses).toEqual([500, 1000, 2000, 4000]);
  });

  test("a 5xx that stays is a refusal that may be another one tomorrow", async () => {
    const { crawler, server } = oldServer();
    server.faults.set("20180101", [500, 500, 500, 500, 500]);
    const refused = await fetchNight(crawler, "2018-01-01", "full-actual");
    expect(refused).toEqual({ answer: { refusal: "500 Internal Server Error" }, final: false });
    expect(server.requests).toHaveLength(5);
  });

  test("a 429 that stays stops the crawl, and so does a server that is away", async () => {
    const { crawler, server, pauses } = oldServer();
    server.faults.set("20180101", [429, 429, 429, 429, 429]);
    expect(await codeOf(fetchNight(crawler, "2018-01-01", "full-actual"))).toBe("unavailable");
    const away = { ...crawler, url: "http://localhost:1" };
    expect(await codeOf(fetchNight(away, "2018-01-01", "full-actual"))).toBe("unavailable");
    expect(pauses).toHaveLength(8);
  });

  test("Retry-After is waited for, but at most a minute", async () => {
    const { crawler, pauses } = oldServer();
    const waits = ["7", "86400", "tomorrow"];
    const busy = Bun.serve({
      port: 0,
      fetch: () => {
        const wait = waits.shift();
        return wait === undefined
          ? new Response("late")
          : new Response("", { status: 429, headers: { "retry-after": wait } });
      },
    });
    await fetchNight({ ...crawler, url: `http://localhost:${busy.port}` }, "2018-01-01", "full-actual");
    await busy.stop(true);
    expect(pauses).toEqual([7000, 60_000, 2000]);
  });

  test.each([
    ["an error page", "<!DOCTYPE html><h1>Maintenance</h1>", "this is an HTML or XML page"],
    ["a file that was cut", oldText(PLANE, "full-actual").slice(0, 400), "fields instead of the 8 fields"],
    ["nothing", "", "the file is empty"],
  ])("%s with the status 200 is no answer that lasts", async (_what, text, why) => {
    const { crawler, server } = oldServer();
    server.texts.set("20180101", [text]);
    expect(await fetchNight(crawler, "2018-01-01", "full-actual")).toEqual({
      answer: { refusal: expect.stringContaining(why) },
      final: false,
    });
    expect(server.requests).toHaveLength(1);
  });

  test.each([401, 403])("a %i is no night without a file: the crawl stops", async (status) => {
    const { crawler, server } = oldServer("20180101");
    server.faults.set("20180101", [status]);
    expect(await codeOf(fetchNight(crawler, "2018-01-01", "full-actual"))).toBe("no-key");
  });
});

describe("a crawl", () => {
  const NIGHTS = ["2018-01-01", "2018-01-02", "2018-01-03"];
  const open = async (url: string, path?: string): Promise<CrawlDirectory> =>
    await openCrawlDirectory(path ?? join(await temporaryDirectory(), "keep"), url);
  const crawl = (crawler: OldServer, directory: CrawlDirectory) => fetchMissing(crawler, directory, NIGHTS, () => {});

  test("that can be kept nowhere is refused, by the name of the directory", async () => {
    const path = join(import.meta.path, "keep");
    const refused = await open("http://localhost:1", path).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: "bad-parameter",
      message: expect.stringContaining(`${path} cannot be used`),
    });
  });

  test("keeps every answer, refusals too, and asks for nothing twice", async () => {
    const { server, crawler } = oldServer("20180101", "20180103");
    const directory = await open(crawler.url);
    expect((await crawl(crawler, directory)).size).toBe(0);
    expect(server.requests).toHaveLength(12);
    expect((await directory.read("2018-01-02"))["short-actual"]).toEqual({ refusal: "404 Not Found" });
    const again = await open(crawler.url, directory.path);
    expect((await crawl(crawler, again)).size).toBe(0);
    expect(server.requests).toHaveLength(12);
    expect((await again.read("2018-01-03"))["full-actual"]).toEqual({ text: oldText(PLANE, "full-actual") });
  });

  test("a night that is answered by 5xx is reported, not kept, and asked for again the next time", async () => {
    const { server, crawler } = oldServer("20180101", "20180102", "20180103");
    server.faults.set("20180102", [500, 500, 500, 500, 500]);
    const directory = await open(crawler.url);
    expect([...(await crawl(crawler, directory))]).toEqual([["2018-01-02", "500 Internal Server Error"]]);
    expect(await codeOf(directory.read("2018-01-02"))).toBe("not-found");
    expect((await crawl(crawler, directory)).size).toBe(0);
    expect(await directory.read("2018-01-02")).toHaveProperty("full-actual");
  });

  test("a night that is answered by a page instead of a file is reported, not kept, and asked for again", async () => {
    const { server, crawler } = oldServer("20180101", "20180102", "20180103");
    server.texts.set("20180102", ["<html>back soon</html>"]);
    const directory = await open(crawler.url);
    const faults = await crawl(crawler, directory);
    expect([...faults]).toEqual([["2018-01-02", expect.stringContaining("HTML or XML page")]]);
    expect((await crawl(crawler, directory)).size).toBe(0);
    expect(await directory.read("2018-01-02")).toMatchObject({
      "short-nominal": { text: oldText(PLANE, "short-nominal") },
    });
  });

  test("after an error no worker goes on, and what was answered is kept whole", async () => {
    const nights = Array.from({ length: 12 }, (_, i) => `2018-01-${10 + i}`);
    const { server, crawler, interruption } = oldServer(...nights.map((night) => night.replaceAll("-", "")));
    const directory = await open(crawler.url);
    const interrupted = fetchMissing(crawler, directory, nights, () => interruption.abort());
    await expect(interrupted).rejects.toThrow();
    await Bun.sleep(300); // what had been sent before still arrives
    const asked = server.requests.length;
    await Bun.sleep(50);
    expect(server.requests.length).toBe(asked);
    expect(asked).toBeLessThan(nights.length * 4);
    const names = await readdir(directory.path);
    expect(names.filter((name) => name.endsWith(".tmp"))).toEqual([]);
    for (const name of names.filter((name) => name.startsWith("2018"))) {
      const [, variant] = name.split(".");
      expect(await Bun.file(join(directory.path, name)).text()).toBe(oldText(PLANE, variant as "full-actual"));
    }
  });

  test("a directory of another server is not mixed with this one's", async () => {
    const directory = await open("http://one.example.org");
    expect(await codeOf(open("http://two.example.org", directory.path))).toBe("conflict");
  });

  test("no more than four requests are under way at once", async () => {
    let now = 0;
    let most = 0;
    const server = Bun.serve({
      port: 0,
      fetch: async () => {
        now += 1;
        most = Math.max(most, now);
        await Bun.sleep(5);
        now -= 1;
        return new Response("", { status: 404 });
      },
    });
    const { crawler } = oldServer();
    const url = `http://localhost:${server.port}`;
    const nights = Array.from({ length: 12 }, (_, i) => `2018-01-${10 + i}`);
    await fetchMissing({ ...crawler, url }, await open(url), nights, () => {});
    await server.stop(true);
    expect(most).toBe(4);
  });
});

describe("the plan of a crawl", () => {
  const today = Temporal.PlainDate.from("2020-07-01");
  const args = {
    url: "http://old",
    from: "20180101",
    to: "20190101",
    open: false,
    keep: undefined,
    drop: ["015"],
    force: true,
    reason: undefined,
    commit: true,
    json: false,
  };

  /** Spans of one night each that follow one another. */
  function spans(count: number, text = "text"): NightSpan[] {
    let from = "2018-01-01";
    return Array.from({ length: count }, () => {
      const span = { from, until: nightAfter(from), text, cure: NO_CURE };
      from = span.until;
      return span;
    });
  }

  test("the nights go from --from up to the one before --to", () => {
    expect(nightsBetween("20200228", "2020-03-02", today)).toEqual(["2020-02-28", "2020-02-29", "2020-03-01"]);
    expect(nightsBetween("20200701", "20200702", today)).toEqual(["2020-07-01"]);
    expect(() => nightsBetween("20200701", "20200703", today)).toThrow("--to is at most 2020-07-02");
  });

  test("each file states its own end, the last one too unless it is to stay open", () => {
    const ends = (open: boolean) =>
      importRequests({ ...args, open }, spans(2)).flatMap(({ files }) => files.map((file) => file.until));
    expect(ends(false)).toEqual(["2018-01-02", "2018-01-03"]);
    expect(ends(true)).toEqual(["2018-01-02", "open"]);
  });

  test("no request has more than 50 files or 4 MB, and none is lost", () => {
    const many = importRequests(args, spans(120));
    expect(many.map(({ files }) => files.length)).toEqual([50, 50, 20]);
    const large = importRequests(args, spans(5, "x".repeat(1_900_000)));
    expect(large.map(({ files }) => files.length)).toEqual([2, 2, 1]);
  });

  test("what --drop and --force allow is asked for where it is needed only", () => {
    const [good, cured, last] = spans(3);
    if (good === undefined || cured === undefined || last === undefined) throw new Error("no spans");
    const [cure] = curesOf(args);
    const requests = importRequests(args, [good, { ...cured, cure: cure ?? NO_CURE }, last]);
    expect(requests.map(({ drop, force }) => ({ drop, force }))).toEqual([
      { drop: [], force: false },
      { drop: ["015"], force: false },
      { drop: [], force: false },
    ]);
  });

  test("a night loses rows before it is taken by force, and both only when neither is enough", () => {
    expect(curesOf(args)).toEqual([
      { drop: ["015"], force: false },
      { drop: [], force: true },
      { drop: ["015"], force: true },
    ]);
    expect(curesOf({ drop: [], force: false })).toEqual([]);
  });

  test("without --reason the record says which nights of which server", () => {
    expect(importRequests(args, spans(1))[0]?.reason).toBe("nights 20180101 to 20190101 of http://old");
    expect(importRequests({ ...args, reason: "moving" }, spans(1))[0]?.reason).toBe("moving");
  });
});
