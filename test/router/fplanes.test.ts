import { beforeAll, describe, expect, test } from "bun:test";
import { createTRPCClient, httpLink } from "@trpc/client";
import type { AppRouter } from "../../router/app-router.ts";
import { readBundle } from "../../src/domain/answer/read-bundle.ts";
import { embeddedEngine } from "../support/engines.ts";
import { openSite, type Site, STARTING } from "../support/site.ts";
import { clientOf, refusal, type TypedClient } from "../support/typed-client.ts";

const engine = embeddedEngine();
let site: Site;
let client: TypedClient;

beforeAll(async () => {
  site = await openSite(engine);
  client = clientOf(site);
}, STARTING);

describe("getFplanes", () => {
  test("has an entry per date and each body once", async () => {
    const { revision, entries, bodies } = await client.getFplanes.query({
      dates: ["20180715", "20180716", "20180230", "20190301"],
      actualPositions: true,
      layout: "short",
    });
    expect(revision).toBe(6);
    expect(Object.keys(bodies)).toHaveLength(2);
    const texts = entries.map((entry) => ("digest" in entry ? bodies[entry.digest] : entry.error.code));
    const served = async (date: string) => await (await site.get(`/fplane/${date}?actual_pos=1&full_fplane=0`)).text();
    expect(texts).toEqual([await served("20180715"), await served("20180716"), "bad-date", await served("20190301")]);
  });

  test("has an entry per night, or per configuration, of a span", async () => {
    const nights = await client.getFplanes.query({ from: "20171230", to: "20180103", nights: true });
    expect(nights.entries.map((entry) => "digest" in entry)).toEqual([false, false, true, true]);
    const { entries } = await client.getFplanes.query({ from: "20180101" });
    expect(entries.map((entry) => ("filename" in entry ? entry.filename : null))).toEqual([
      "fplane20180101.txt",
      "fplane20190301.txt",
    ]);
  });

  test("takes 10,000 dates when they are posted", async () => {
    const posting = createTRPCClient<AppRouter>({
      links: [
        httpLink({
          url: "http://localhost/trpc",
          methodOverride: "POST",
          fetch: async (input, init) => await site.app.request(String(input), init as RequestInit),
        }),
      ],
    });
    const dates = Array.from({ length: 10_000 }, () => "20180715");
    const { entries, bodies } = await posting.getFplanes.query({ dates });
    expect([entries.length, Object.keys(bodies).length]).toEqual([10_000, 1]);
    expect(await refusal(posting.getFplanes.query({ dates: [...dates, "x"] }))).toMatchObject({ code: "too-large" });
  });

  test.each([
    [{ dates: [], from: "20180101" }, "bad-parameter"],
    [{ nights: true }, "bad-parameter"],
    [{ dates: [], asOf: "99" }, "not-found"],
    [{ from: "20180102", to: "20180101" }, "bad-parameter"],
  ])("%j is refused: %s", async (input, code) => {
    expect((await refusal(client.getFplanes.query(input))).code).toBe(code);
  });
});

test("bundle is the one of GET /bundle", async () => {
  const { body, filename, revision } = await client.bundle.query({ asOf: "5" });
  expect([filename, revision, readBundle(body, "b").revision]).toEqual(["fplane-bundle-5.ndjson", 5, 5]);
  expect(body).toBe(await (await site.get("/bundle?as_of=5")).text());
});
