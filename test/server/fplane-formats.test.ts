import { beforeAll, expect, test } from "bun:test";
import { FORMATS, type Format } from "../../src/domain/formats/format.ts";
import { describeOnEngines } from "../support/engines.ts";
import { openSite, problemOf, type Site, STARTING } from "../support/site.ts";

const NAMES = Object.keys(FORMATS) as Format[];

/** What browsers, Python, curl and others send, and which format they get. */
const ACCEPTED: readonly (readonly [accept: string, format: Format])[] = [
  ["", "txt"],
  ["*/*", "txt"],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", "txt"],
  ["text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "txt"],
  ["text/plain", "txt"],
  ["TEXT/PLAIN; charset=utf-8", "txt"],
  ["text/*", "txt"],
  ["application/json", "json"],
  ["application/json; charset=utf-8", "json"],
  ["application/*", "json"],
  ["application/json, */*;q=0.5", "json"],
  ["application/json, text/plain, */*", "txt"],
  ["application/json;q=0.9, text/plain;q=0.2", "json"],
  ["text/csv", "csv"],
  ["text/plain;q=0, text/*", "csv"],
  ["text/plain;q=0, */*;q=0.1", "json"],
  ["application/x-ecsv", "ecsv"],
  ["application/x-ds9;q=1.0, text/plain;q=0.001", "ds9"],
];

describeOnEngines("the format of an answer", (engine) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine);
  }, STARTING);

  test.each(NAMES)("format=%s has its media type and its file ending, whatever Accept says", async (name) => {
    const { mediaType, ending } = FORMATS[name];
    for (const accept of ["text/plain", "application/json", "image/png"]) {
      const { status, headers } = await site.get(`/fplane/20180715?format=${name}`, { accept });
      expect(status).toBe(200);
      expect(headers.get("content-type")).toBe(`${mediaType}; charset=utf-8`);
      expect(headers.get("content-disposition")).toBe(`attachment; filename="fplane20180715.${ending}"`);
    }
  });

  test("without a name and without an Accept header it is the text file", async () => {
    const { headers } = await site.app.request("/fplane/20180715");
    expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });

  test.each(ACCEPTED)("Accept: %s is given %s, the bytes of its name", async (accept, format) => {
    const byHeader = await site.get("/fplane/20180715", { accept });
    const byName = await site.get(`/fplane/20180715?format=${format}`);
    expect(await byHeader.text()).toBe(await byName.text());
    expect(byHeader.headers.get("etag")).toBe(byName.headers.get("etag"));
    expect(byHeader.headers.get("content-type")).toStartWith(FORMATS[format].mediaType);
  });

  test.each(["image/png", "text/html", "*/*;q=0", "text/plain;q=0", "application/pdf, image/*", "nonsense", ", ,"])(
    "Accept: %s is 406, and lists what there is",
    async (accept) => {
      const { status, code, message } = await problemOf(await site.get("/fplane/20180715", { accept }));
      expect([status, code]).toEqual([406, "not-acceptable"]);
      for (const { mediaType } of Object.values(FORMATS)) expect(message).toContain(mediaType);
    },
  );

  test("a pointing puts the regions into the sky, under an address and an ETag of their own, also the second time", async () => {
    const answers = ["ra=150.1&dec=2.2&pa=250", "ra=150.1&dec=2.2&pa=251", "ra=150.1&dec=2.2&pa=250", ""];
    const [first, other, again, flat] = await Promise.all(
      answers.map(async (pointing) => {
        const response = await site.get(`/fplane/20180715?format=ds9&${pointing}`);
        return { etag: response.headers.get("etag"), link: response.headers.get("link"), body: await response.text() };
      }),
    );
    expect(first?.body).toContain("# the IHMP centre is at RA 150.1, Dec 2.2 (ICRS), the position angle is 250 ");
    expect(first?.body).toContain("\nicrs\npolygon(");
    expect(again).toEqual(first);
    expect(new Set([first?.etag, other?.etag, flat?.etag]).size).toBe(3);
    expect(flat?.body).toContain("\nphysical\nbox(");
    const pinned = /^<([^>]+)>/.exec(first?.link ?? "")?.[1] ?? "";
    expect((await (await site.get(pinned)).text()).replace(/^# HETDEX.*\n/m, "")).toBe(
      first?.body.replace(/^# HETDEX.*\n/m, "") ?? "",
    );
  });

  test("a + of a declination may stand as it is", async () => {
    const [plus, plain] = await Promise.all(
      ["+2.2", "2.2"].map(async (dec) =>
        (await site.get(`/fplane/20180715?format=ds9&ra=150.1&dec=${dec}&pa=0`)).text(),
      ),
    );
    expect(plus).toBe(plain ?? "");
  });

  test.each([
    ["ra=150.1&dec=2.2&pa=250", "but the format is txt"],
    ["format=csv&pa=250", "pa is given, but the format is csv"],
    ["format=ds9&ra=150.1&dec=2.2", "without pa"],
    ["format=ds9&ra=10:00:24&dec=2.2&pa=0", 'ra is "10:00:24": it takes degrees'],
    ["format=ds9&ra=150.1&dec=2.2&pa=0&pa=1", "pa is given twice"],
    ["format=ds9&ra=150.1&dec=&pa=0", 'dec is ""'],
  ])("the pointing of %s is refused: %s", async (query, told) => {
    const { status, code, message } = await problemOf(await site.get(`/fplane/20180715?${query}`));
    expect([status, code]).toEqual([400, "bad-parameter"]);
    expect(message).toContain(told);
  });

  test("JSON says for programs what the headers say", async () => {
    const response = await site.get("/fplane/20171015?format=json&full_fplane=0&actual_pos=1");
    const { rows, ...told } = await response.json();
    expect(told).toMatchObject({
      instant: "2017-10-16T05:00:00Z",
      validFrom: "2017-10-01T17:00:00Z",
      validUntil: "2017-11-01T17:00:00Z",
      confirmedUntil: "2017-11-01T17:00:00Z",
      revision: 6,
      layout: "short",
      actualPositions: true,
    });
    expect(rows[0]).toMatchObject({ ifuslot: "013", ifuid: "082", specid: "600", specslot: "111", active: true });
  });
});
