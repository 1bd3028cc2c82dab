import { describe, expect, test } from "bun:test";
import { FplaneError } from "../../src/domain/errors.ts";
import { failingStore } from "../support/failing-store.ts";
import { observatory, testApp } from "../support/observatory.ts";

const SQL = 'insert into "hetdex"."placement" ("ifuid") values ($1)';
const SECRET = "postgres://fplane:hunter2@10.0.0.7/fplane";
const KEY = "0123456789abcdef0123456789abcdef0123456789abcdef";

/** As a database's driver throws: the query and its parameters on the error, the address in its cause. */
function driverError(): Error {
  const error = new Error(`Failed query: ${SQL}`, { cause: new Error(`cannot connect to ${SECRET}`) });
  return Object.assign(error, { query: SQL, params: ["082"] });
}

const REQUESTS: readonly (readonly [what: string, path: string, init?: RequestInit])[] = [
  ["GET /fplane", "/fplane/20180715"],
  ["GET /fplane as JSON", "/fplane/20180715?format=json&as_of=3"],
  ["POST /fplane", "/fplane", { method: "POST", body: '{"config": {}}', headers: { authorization: "Bearer x" } }],
  ["a query", "/trpc/getFplane?input=%7B%7D"],
  ["a query with a key", "/trpc/users.list", { headers: { authorization: "Bearer x" } }],
  ["a batch", "/trpc/getFplane,getFplane?batch=1&input=%7B%220%22%3A%7B%7D%2C%221%22%3A%7B%7D%7D"],
  [
    "a mutation",
    "/trpc/updateConfig",
    {
      method: "POST",
      body: '{"config": {}}',
      headers: { authorization: "Bearer x", "content-type": "application/json" },
    },
  ],
];

describe("an error that is none of the contract's", () => {
  test.each(REQUESTS)("%s tells the client nothing of it, and the log everything", async (_what, path, init) => {
    const { app, lines } = testApp(observatory(failingStore(driverError())));
    const response = await app.request(path, init);
    expect(response.status).toBe(500);
    const { "x-request-id": id = "", ...headers } = Object.fromEntries(response.headers);
    const told = `${JSON.stringify(headers)}${await response.text()}`; // the id is made of digits, as an IFU's is
    expect(told).toContain("something went wrong inside the server; it has been logged");
    expect(told).toContain('"code":"internal"');
    for (const secret of [
      "insert",
      "placement",
      "Failed",
      "hunter2",
      "10.0.0.7",
      "082",
      "failing-store",
      ".ts",
      "    at ",
    ])
      expect(told).not.toContain(secret);

    const logged = lines.find(({ level }) => level === "error");
    expect(logged?.["requestId"]).toBe(id);
    const whole = JSON.stringify(logged);
    for (const part of ["Failed query", "placement", "082", "cannot connect", "masking.test.ts"])
      expect(whole).toContain(part);
  });

  test.each([["a text"], [null], [undefined], [{ code: "forbidden", message: SECRET }]])(
    "what is thrown and is no error at all is masked too: %p",
    async (thrown) => {
      const { app } = testApp(observatory(failingStore(thrown)));
      for (const path of ["/fplane/20180715", "/trpc/getFplane?input=%7B%7D"]) {
        const response = await app.request(path);
        expect(response.status).toBe(500);
        const text = await response.text();
        expect(text).toContain('"code":"internal"');
        expect(text).not.toContain("hunter2");
        expect(text).not.toContain("a text");
      }
    },
  );

  test("the answer has no stack, in the contract's errors neither", async () => {
    const { app } = testApp(observatory(failingStore(new FplaneError("unavailable", "come again"))));
    for (const path of ["/fplane", "/trpc/getFplane?input=%7B%7D", "/trpc/none", "/trpc/getFplane?input=%7B"]) {
      const text = await (await app.request(path)).text();
      expect(text).not.toContain('"stack"');
      expect(text).not.toContain(".ts:");
    }
  });

  test("what the server cannot do is logged with its reason, what the client did wrong is not", async () => {
    const outage = testApp(observatory(failingStore(new FplaneError("unavailable", "the database is gone"))));
    await outage.app.request("/fplane");
    expect(outage.lines).toContainEqual(expect.objectContaining({ level: "error", msg: "a request failed" }));
    const wrong = testApp(observatory(failingStore(new FplaneError("conflict", "no"))));
    await wrong.app.request("/fplane");
    await wrong.app.request("/trpc/getFplane?input=%7B%7D");
    expect(wrong.lines.map(({ level }) => level)).toEqual(["info", "info"]);
  });

  test("a key that a message would repeat is not told", async () => {
    const error = new FplaneError("not-found", `there is no user "${KEY}"`, { problems: [`line 1: ${KEY}`] });
    const { app } = testApp(observatory(failingStore(error)));
    for (const path of ["/fplane", "/trpc/getFplane?input=%7B%7D", `/fplane?${KEY}=1`, `/${KEY}`, `/fplane/${KEY}`]) {
      const text = await (await app.request(path)).text();
      expect(text).toContain("[key]");
      expect(text).not.toContain(KEY);
    }
  });
});
