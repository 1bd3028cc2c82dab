import { beforeAll, expect, test } from "bun:test";
import { type Layout, renderFplane } from "../../src/domain/files/fplane-file.ts";
import { describeOnEngines } from "../support/engines.ts";
import { nominal, openSite, PLANE, PLANE_WITHOUT_013, problemOf, type Site, STARTING } from "../support/site.ts";

const TRUE = ["1", "true", "TRUE", "True", "yes", "YES", "Yes"];
const FALSE = ["0", "false", "FALSE", "False", "no", "NO", "No"];
const NEITHER = ["", "2", "-1", "on", "off", "t", "f", "y", "n", "truee", " 1", "1.0", "null", "%00", "1,0"];

describeOnEngines("GET /fplane", (engine) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine);
  }, STARTING);

  const textOf = async (path: string) => {
    const response = await site.get(path);
    expect(response.status).toBe(200);
    return await response.text();
  };
  const codeOf = async (path: string) => await problemOf(await site.get(path));

  test.each(["/fplane", "/fplane/", "/fplane/latest", "/fplane/current", "/fplane?", "/fplane/?full_fplane=1"])(
    "%s is the focal plane of now: full, nominal positions",
    async (path) => {
      expect(await textOf(path)).toBe(renderFplane(nominal(PLANE_WITHOUT_013), "full"));
    },
  );

  test("a date gives the focal plane of its night, also with a slash at the end", async () => {
    for (const path of ["/fplane/20190228", "/fplane/20190228/"]) {
      expect(await textOf(path)).toBe(renderFplane(nominal(PLANE), "full"));
    }
    expect(await textOf("/fplane/20190301")).toBe(renderFplane(nominal(PLANE_WITHOUT_013), "full"));
  });

  const VARIANTS: readonly (readonly [query: string, layout: Layout, actual: boolean])[] = [
    ["", "full", false],
    ["actual_pos=1", "full", true],
    ["full_fplane=0", "short", false],
    ["full_fplane=0&actual_pos=1", "short", true],
    ["full_fplane=1&actual_pos=0", "full", false],
    ["all_slots=1", "all-slots", false],
    ["all_slots=1&full_fplane=1&actual_pos=1", "all-slots", true],
    ["all_slots=0&full_fplane=0", "short", false],
  ];
  test.each(VARIANTS)("?%s is the %s layout, measured positions: %s", async (query, layout, actual) => {
    expect(await textOf(`/fplane/20180715?${query}`)).toBe(renderFplane(actual ? PLANE : nominal(PLANE), layout));
  });

  test.each(TRUE)("%j is true for every flag", async (value) => {
    expect(await textOf(`/fplane/20180715?actual_pos=${value}`)).toBe(renderFplane(PLANE, "full"));
    expect(await textOf(`/fplane/20180715?full_fplane=${value}`)).toBe(renderFplane(nominal(PLANE), "full"));
    expect(await textOf(`/fplane/20180715?all_slots=${value}`)).toBe(renderFplane(nominal(PLANE), "all-slots"));
    expect((await codeOf(`/fplane/20180715?strict=${value}`)).code).toBe("unconfirmed");
  });

  test.each(FALSE)("%j is false for every flag", async (value) => {
    expect(await textOf(`/fplane/20180715?full_fplane=${value}`)).toBe(renderFplane(nominal(PLANE), "short"));
    for (const name of ["actual_pos", "all_slots", "strict"]) {
      expect(await textOf(`/fplane/20180715?${name}=${value}`)).toBe(renderFplane(nominal(PLANE), "full"));
    }
  });

  test.each(NEITHER)("%j is neither, and is refused by the name of the flag", async (value) => {
    for (const name of ["actual_pos", "full_fplane", "all_slots", "strict"]) {
      const { status, code, message } = await codeOf(`/fplane/20180715?${name}=${value}`);
      expect([status, code]).toEqual([400, "bad-parameter"]);
      expect(message).toStartWith(`${name} is `);
      expect(message).toEndWith("it takes 0, 1, true, false, yes or no");
    }
  });

  test.each([
    ["actual_pos=1&actual_pos=1", "actual_pos is given twice"],
    ["as_of=4&as_of=5", "as_of is given twice"],
    ["full_fplan=0", 'there is no parameter "full_fplan"; there are actual_pos, full_fplane, all_slots, '],
    ["ACTUAL_POS=1", 'there is no parameter "ACTUAL_POS"'],
    ["=1", 'there is no parameter ""'],
    ["__proto__=1", 'there is no parameter "__proto__"'],
    ["constructor", 'there is no parameter "constructor"'],
    ["datestr=20180715", 'there is no parameter "datestr"'],
    ["all_slots=1&full_fplane=0", "choose one"],
    ["night=UT", 'night is "UT": it takes local or ut'],
    ["night=", 'night is "": it takes local or ut'],
    ["format=", 'format is "": it takes txt, json, csv, ecsv, ds9'],
    ["format=TXT", 'format is "TXT"'],
    ["format=toString", 'format is "toString"'],
    [`format=${"x".repeat(5000)}`, `format is "${"x".repeat(60)}": it takes`],
    [`${"x".repeat(5000)}=1`, `there is no parameter "${"x".repeat(60)}";`],
  ])("?%s is refused", async (query, said) => {
    const { status, code, message } = await codeOf(`/fplane/20180715?${query}`);
    expect([status, code]).toEqual([400, "bad-parameter"]);
    expect(message).toContain(said);
  });

  test("night=ut reads a date as a UT date: the night that began the evening before", async () => {
    const instantOf = async (path: string) => (await site.get(path)).headers.get("x-fplane-instant");
    expect(await instantOf("/fplane/20180715?night=local")).toBe("2018-07-16T05:00:00Z");
    expect(await instantOf("/fplane/20180715?night=ut")).toBe("2018-07-15T05:00:00Z");
    expect(await instantOf("/fplane/20180715v017")).toBe("2018-07-15T05:00:00Z");
    expect(await instantOf("/fplane/2018-07-15T02:38:23?night=ut")).toBe("2018-07-15T02:38:23Z");
    expect(await textOf("/fplane/20190302?night=ut")).toBe(renderFplane(nominal(PLANE_WITHOUT_013), "full"));
    expect(await textOf("/fplane/20190301?night=ut")).toBe(renderFplane(nominal(PLANE), "full"));
  });

  test("as_of answers from what was known then: by revision, or by a time", async () => {
    const now = "/fplane/20200101";
    expect(await textOf(`${now}?as_of=4`)).toBe(renderFplane(nominal(PLANE), "full"));
    expect(await textOf(`${now}?as_of=5`)).toBe(renderFplane(nominal(PLANE_WITHOUT_013), "full"));
    for (const newest of ["", "latest", "2020-07-02T00:00:00", "2020-07-05"]) {
      const response = await site.get(`${now}?as_of=${newest}`);
      expect(response.headers.get("x-fplane-revision")).toBe("6");
    }
  });

  test.each([
    ["as_of=7", 404, "not-found", "there is no revision 7: revisions run from 1 to 6"],
    ["as_of=20200705", 404, "not-found", "there is no revision 20200705"],
    ["as_of=0", 404, "not-found", "there is no revision 0"],
    ["as_of=99999999999999999999", 404, "not-found", "there is no revision 99999999999999999999"],
    ["as_of=2020-06-01T00:00:00", 404, "not-found", "nothing was recorded yet"],
    ["as_of=dr3%00", 400, "bad-parameter", "null byte"],
    ["as_of=dr3", 404, "not-found", "there is no tag dr3"],
    ["as_of=-1", 400, "bad-date", '"-1" is no date'],
    ["as_of=%00", 400, "bad-date", "is no date"],
    ["as_of=2020-07-02T00:00:00+00:00", 400, "bad-date", "write + as %2B"],
  ])("?%s is %d %s", async (query, status, code, said) => {
    const problem = await codeOf(`/fplane/20200101?${query}`);
    expect(problem).toMatchObject({ status, code });
    expect(problem.message).toContain(said);
  });

  test("a date without a configuration is 404 and says why", async () => {
    const reasonOf = async (path: string) => (await (await site.get(path)).json()).reason;
    expect(await codeOf("/fplane/20170930")).toMatchObject({ status: 404, code: "no-configuration" });
    expect(await reasonOf("/fplane/20170930")).toBe("before-first");
    expect(await reasonOf("/fplane/20171115")).toBe("gap");
    expect(await reasonOf("/fplane/20180715?as_of=3")).toBe("before-first");
    expect(await codeOf("/fplane/20180715?as_of=3")).toMatchObject({ status: 404, code: "no-configuration" });
  });

  test("strict=1 gives what is confirmed and refuses the rest, with the end of what is", async () => {
    expect(await textOf("/fplane/20171015?strict=1")).toBe(renderFplane(nominal(PLANE), "full"));
    const response = await site.get("/fplane/20180715?strict=1");
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: "unconfirmed", confirmedUntil: null });
  });
});
