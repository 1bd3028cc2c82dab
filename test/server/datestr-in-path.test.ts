import { beforeAll, expect, test } from "bun:test";
import { ON_EVERY_BODY } from "../../src/server/guards/security-headers.ts";
import { describeOnEngines } from "../support/engines.ts";
import { openSite, problemOf, type Site, STARTING } from "../support/site.ts";

describeOnEngines("the datestr in the path", (engine) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine);
  }, STARTING);

  test.each([
    ["2018-05-22T02%3A38%3A23", "2018-05-22T02:38:23Z"],
    ["2018-05-22T02:38:23", "2018-05-22T02:38:23Z"],
    ["20180522T023753.4", "2018-05-22T02:37:53.4Z"],
    ["2018-05-22T02:38:23%2B05:00", "2018-05-21T21:38:23Z"],
    ["2018-05-22T02:38:23+05:00", "2018-05-21T21:38:23Z"],
    ["%32%30%31%38%30%37%31%35", "2018-07-16T05:00:00Z"],
    ["20180715%2e0", "2018-07-16T05:00:00Z"],
    ["MJD58314%2E2", "2018-07-15T04:48:00Z"],
    ["0001-01-01T00:00:00", null],
  ])("%s is understood as it is and percent-encoded", async (datestr, instant) => {
    const { headers } = await site.get(`/fplane/${datestr}`);
    expect(headers.get("x-fplane-instant")).toBe(instant);
  });

  test.each([
    ["%", "a lone percent sign"],
    ["%zz", "no hexadecimal digits"],
    ["2018%07%1", "half an escape"],
    ["%ff%fe", "bytes that are no UTF-8"],
    ["%c0%ae", "an overlong encoding"],
    ["%00", "a null byte"],
    ["20180715%00", "a null byte after a date"],
    ["20180715%0a", "a line feed after a date"],
    ["20180715%20", "a blank after a date"],
    ["%EF%BB%BF20180715", "a byte-order mark"],
    ["20180715%2F", "an encoded slash"],
    ["..%2f..%2fetc%2fpasswd", "a path"],
    ["20180715%25", "an encoded percent sign"],
    ["%E2%80%AE20180715", "a mark that turns the text around"],
    ["２０１８０７１５", "full-width digits"],
    ["9".repeat(8000), "very many digits"],
    ["%41".repeat(2700), "very many escapes"],
    ["<script>alert(1)<", "markup"],
    ["20180715;x=1", "a matrix parameter"],
    [`20180715'%20OR%20'1'='1`, "SQL"],
  ])("%# is bad-date, quoted short and without control characters", async (datestr, _what) => {
    const response = await site.get(`/fplane/${datestr}`);
    const { status, code, message } = await problemOf(response);
    expect([status, code]).toEqual([400, "bad-date"]);
    expect(message.length).toBeLessThan(800);
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test.each([
    "%0d%0aX-Evil:%201",
    "20180715%0d%0aX-Evil:%201",
    "20180715%0aX-Evil:1",
    "%22;%20filename=evil.sh",
    "20180715%22%0d%0a%0d%0a<html>",
    "20180715>;%20rel=evil,<x",
  ])("%s puts nothing of its own into the headers", async (datestr) => {
    for (const query of ["", "?format=json", "?as_of=4"]) {
      const response = await site.get(`/fplane/${datestr}${query}`);
      expect(response.status).toBe(400);
      const headers = [...response.headers].filter(([name]) => !(name in ON_EVERY_BODY) && name !== "x-request-id");
      expect(headers.sort()).toEqual([
        ["cache-control", "no-store"],
        ["content-type", "application/problem+json"],
      ]);
    }
  });

  test("what comes back in a header of a good answer is only what a date string can hold", async () => {
    for (const given of ["2018-07-15T02:37:53.428%2B05:00", "20180611v017", "JD2458314.7"]) {
      const { headers } = await site.get(`/fplane/${given}?actual_pos=1`);
      expect(headers.get("content-disposition")).toMatch(/^attachment; filename="fplane[A-Za-z0-9.:+-]+\.txt"$/);
      expect(headers.get("link")).toMatch(/^<\/fplane\/[0-9TZ:.-]+\?[a-z_=0-9&]+>; rel="canonical"$/);
    }
  });

  test("a second part of the path is no date", async () => {
    expect(await problemOf(await site.get("/fplane/2018/07/15"))).toMatchObject({ status: 404, code: "not-found" });
  });
});
