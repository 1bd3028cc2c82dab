import { beforeAll, expect, test } from "bun:test";
import { describeOnEngines } from "../support/engines.ts";
import { openSite, problemOf, STARTING } from "../support/site.ts";

describeOnEngines("the routes of the record", (engine) => {
  let site: Awaited<ReturnType<typeof openSite>>;
  beforeAll(async () => {
    site = await openSite(engine);
  }, STARTING);
  const json = async (path: string, init?: RequestInit) => {
    const response = await site.app.request(path, init);
    expect([path, response.status]).toEqual([path, 200]);
    return (await response.json()) as never;
  };

  test("/diff tells what differs between two dates", async () => {
    const diff: { changes: { ifuslot: string }[]; removed: unknown[]; texts: string[] } =
      await json("/diff?a=20180301&b=20190401");
    expect(diff.changes.map(({ ifuslot }) => ifuslot)).toEqual(["013"]);
    expect(diff.removed).toHaveLength(1);
    expect(diff.texts.join()).toContain("from seat 013");
  });

  test("/history tells where a seat's units have been, and /changes what two revisions know differently", async () => {
    const history: { entries: { ifuslot: string; revision: { kind: string } }[] } = await json("/history?ifuslot=13");
    expect(history.entries.length).toBeGreaterThan(1);
    expect(history.entries.every(({ ifuslot, revision }) => ifuslot === "013" && revision.kind === "import")).toBe(
      true,
    );
    const changes: { changes: { from: string; seats: { ifuslot: string; text: string }[] }[]; nights: string[] } =
      await json("/changes?from_rev=4&to_rev=5");
    expect(changes.changes[0]?.seats.map(({ ifuslot }) => ifuslot)).toEqual(["013"]);
    expect(changes.changes[0]?.seats[0]?.text).toContain("SPECID");
    expect(changes.nights[0]).toBe("2019-03-01");
  });

  test("/revisions is the log, newest first, and /revisions/{n} one with its body", async () => {
    const log: { rev: number; kind: string }[] = await json("/revisions?limit=2");
    expect(log.map(({ rev }) => rev)).toEqual([6, 5]);
    expect(((await json("/revisions?before=2")) as { rev: number }[]).map(({ rev }) => rev)).toEqual([1]);
    const one: { rev: number; body: { facts: unknown; user: { username: string } } } = await json("/revisions/1");
    expect(one.body.user.username).toBe("ada");
    expect(JSON.stringify(one)).not.toContain("t@example.org");
  });

  test("/tags, /status and /readyz tell how things stand", async () => {
    expect((await json("/tags")) as unknown).toEqual([]);
    const status: { revision: number; lastStatus: unknown; holds: unknown[] } = await json("/status");
    expect(status).toMatchObject({ revision: 6, lastStatus: null, holds: [], quarantine: [], refused: [] });
    expect((await json("/readyz")) as unknown).toEqual({ status: "ok", stale: false });
  });

  test("/identify finds the bytes that were answered", async () => {
    const text = await (await site.app.request("/fplane/20180301")).text();
    const sha256 = new Bun.CryptoHasher("sha256").update(text).digest("hex");
    const found: { layout: string; actualPositions: boolean; from: string }[] = await json(
      `/identify?sha256=${sha256}`,
    );
    expect(found[0]).toMatchObject({ layout: "full", actualPositions: false });
  });

  test("/check compares frames, as lines and as JSON, and proposes the correction", async () => {
    const line = "20180302T040000.0_014LU_sci.fits 14 111 222 033";
    const checked: { checked: number; disagreements: { text: string }[]; proposals: { text: string }[] } = await json(
      "/check",
      {
        method: "POST",
        body: `# file ifuslot specid ssa ifuid\n${line}\n`,
      },
    );
    expect([checked.checked, checked.disagreements.length]).toEqual([1, 1]);
    expect(checked.proposals[0]?.text).toStartWith(
      "fplane correct --slot 014 --from 2018-03-01 --until 2018-03-02 --set specid=111",
    );
    const frames = [{ file: "a", ifuslot: 14, specid: "111", ssa: "222", ifuid: "033", datestr: "20180302v017" }];
    const again: { checked: number } = await json("/check", { method: "POST", body: JSON.stringify({ frames }) });
    expect(again.checked).toBe(1);
  });

  test.each([
    ["/history", 400, "bad-parameter"],
    ["/history?ifuslot=13&specid=47", 400, "bad-parameter"],
    ["/history?specid=777", 404, "not-found"],
    ["/changes", 400, "bad-parameter"],
    ["/changes?from_rev=5&to_rev=4", 400, "bad-parameter"],
    ["/revisions?limit=5000", 400, "bad-parameter"],
    ["/revisions?before=x", 400, "bad-parameter"],
    ["/revisions/0", 404, "not-found"],
    ["/revisions/99", 404, "not-found"],
    ["/identify?sha256=abc", 400, "bad-parameter"],
    [`/identify?sha256=${"0".repeat(64)}`, 404, "not-found"],
    ["/diff?a=20180230", 400, "bad-date"],
  ])("%s is %d %s", async (path, status, code) => {
    const problem = await problemOf(await site.app.request(path));
    expect([problem.status, problem.code]).toEqual([status, code]);
  });

  test("a body of /check that is not understood is told where", async () => {
    const ask = async (body: string) => problemOf(await site.app.request("/check", { method: "POST", body }));
    expect((await ask("x.fits 999 1 2 3")).message).toContain("line 1");
    expect((await ask('[{"ifuslot"]')).code).toBe("bad-json");
    expect((await ask("[1]")).code).toBe("bad-json");
  });
});
