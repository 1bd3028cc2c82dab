import { beforeAll, expect, test } from "bun:test";
import { describeOnEngines } from "../support/engines.ts";
import { as, openSite, type Site, STARTING } from "../support/site.ts";
import { clientOf, refusal, type TypedClient } from "../support/typed-client.ts";

type ToldError = { message: string; code: number; data: Record<string, unknown> & { fplane: { code: string } } };

describeOnEngines("what tRPC itself refuses", (engine) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine);
  }, STARTING);

  const json = (key?: string) => ({ "content-type": "application/json", ...(key === undefined ? {} : as(key)) });
  const errorOf = async (response: Response): Promise<{ status: number; code: string; message: string }> => {
    const answer = await response.json();
    const { error } = (Array.isArray(answer) ? answer[0] : answer) as { error: ToldError };
    expect(error.data["httpStatus"]).toBe(response.status);
    expect(error.data).not.toContainKey("stack");
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    return { status: response.status, code: error.data.fplane.code, message: error.message };
  };

  const REFUSED: readonly (readonly [string, string, RequestInit, number, string])[] = [
    ["an unknown procedure", "/trpc/nothing", {}, 404, "not-found"],
    ["an unknown procedure of users", "/trpc/users.drop", {}, 404, "not-found"],
    ["no procedure", "/trpc/", {}, 404, "not-found"],
    ["the name of a property", "/trpc/constructor", {}, 404, "not-found"],
    ["the prototype", "/trpc/__proto__", {}, 404, "not-found"],
    ["a malformed name", "/trpc/%zz", {}, 400, "bad-parameter"],
    ["a mutation as a query", "/trpc/updateConfig", {}, 405, "method-not-allowed"],
    ["an input that is no JSON", "/trpc/getFplane?input=%7B", {}, 400, "bad-json"],
    ["an input that is half JSON", "/trpc/getFplane?input=nul", {}, 400, "bad-json"],
    ["a body that is no JSON", "/trpc/updateConfig", { method: "POST", body: "{", headers: json() }, 400, "bad-json"],
    ["a body of no type", "/trpc/updateConfig", { method: "POST", body: new Uint8Array(2) }, 400, "bad-parameter"],
    ["a form", "/trpc/updateConfig", { method: "POST", body: new FormData() }, 400, "bad-parameter"],
    ["no input", "/trpc/getFplane", {}, 400, "bad-parameter"],
    ["an array", "/trpc/getFplane?input=%5B%5D", {}, 400, "bad-parameter"],
    ["a batch of no object", "/trpc/getFplane?batch=1&input=%5B%5D", {}, 400, "bad-parameter"],
    [
      "a stream",
      "/trpc/getFplane?input=%7B%7D",
      { headers: { "trpc-accept": "application/jsonl" } },
      400,
      "bad-parameter",
    ],
  ];
  test.each(REFUSED)("%s has a code of the contract", async (_what, path, init, status, code) => {
    const told = await errorOf(await site.app.request(path, init));
    expect(told).toMatchObject({ code, status });
    expect(told.message).not.toContain("something went wrong");
    expect(site.lines.at(-1)).toMatchObject({ level: "info" });
  });

  const INPUTS: readonly (readonly [string, (client: TypedClient) => Promise<unknown>, string])[] = [
    ["a wrong type", ({ getFplane }) => getFplane.query({ datestr: 20180715 as never }), "datestr: "],
    ["a number for a flag", ({ getFplane }) => getFplane.query({ actualPositions: 1 as never }), "actualPositions: "],
    ["a text for a flag", ({ getFplane }) => getFplane.query({ strict: "false" as never }), "strict: "],
    ["an unknown layout", ({ getFplane }) => getFplane.query({ layout: "long" as never }), "layout: "],
    ["an unknown format", ({ getFplane }) => getFplane.query({ format: "xml" as never }), "format: "],
    ["an unknown field", ({ getFplane }) => getFplane.query({ date: "20180715" } as never), '"date"'],
    [
      "a text for commit",
      ({ updateConfig }) => updateConfig.mutate({ config: {}, commit: "true" as never }),
      "commit: ",
    ],
    ["an identity", ({ updateConfig }) => updateConfig.mutate({ config: {}, user: "ada" } as never), '"user"'],
    ["no file", ({ importFplane }) => importFplane.mutate({ files: [], reason: "x" }), "files: "],
    [
      "half a file",
      ({ importFplane }) => importFplane.mutate({ files: [{ name: "x", text: "y" } as never], reason: "x" }),
      "files.0.from: ",
    ],
    ["no reason", ({ importFplane }) => importFplane.mutate({ files: [] } as never), "reason: "],
  ];
  test.each(INPUTS)("%s in the input is bad-parameter, and named", async (_what, call, said) => {
    const refused = await refusal(call(clientOf(site, site.keys.admin)));
    expect(refused).toMatchObject({ code: "bad-parameter", httpStatus: 400 });
    expect(refused.message).toContain(said);
  });

  test("no-key and unknown-key say which scheme is spoken, also in a batch", async () => {
    const alone = await site.get("/trpc/users.list");
    expect([alone.status, alone.headers.get("www-authenticate")]).toEqual([401, "FPS_API"]);
    const batch = await site.get("/trpc/users.list,users.list?batch=1", as("0".repeat(48)));
    expect([batch.status, batch.headers.get("www-authenticate")]).toEqual([401, "FPS_API"]);
    const allowed = await site.get("/trpc/users.list", as(site.keys.updater));
    expect([allowed.status, allowed.headers.has("www-authenticate")]).toEqual([403, false]);
  });

  test("a batch of a hundred is answered, a longer one refused as a whole", async () => {
    const batch = async (calls: number) =>
      await site.get(`/trpc/${Array(calls).fill("users.list").join(",")}?batch=1`, as(site.keys.admin));
    const answers = (await (await batch(100)).json()) as unknown[];
    expect(answers).toHaveLength(100);
    expect(await errorOf(await batch(101))).toMatchObject({ status: 400, code: "bad-parameter" });
  });

  test("reading that is not public needs a key here too, of any role", async () => {
    const closed = await openSite(engine, { publicRead: false });
    expect(await refusal(clientOf(closed).getFplane.query({}))).toMatchObject({ code: "no-key", httpStatus: 401 });
    for (const key of Object.values(closed.keys)) {
      expect((await clientOf(closed, key).getFplane.query({})).revision).toBe(6);
    }
  });
});
