import { describe, expect, test } from "bun:test";
import { ERRORS, type ErrorCode, FplaneError } from "../../src/domain/errors.ts";
import { problemOf, problemResponse } from "../../src/server/problem.ts";
import { failingStore } from "../support/failing-store.ts";
import { observatory, testApp } from "../support/observatory.ts";

/** The published table, spelt out again: whoever changes a status or an exit code changes it here too, and knowingly. */
const CONTRACT: Readonly<Record<ErrorCode, readonly [http: number, exit: number]>> = {
  "bad-date": [400, 2],
  "bad-parameter": [400, 2],
  "bad-json": [400, 2],
  "bad-fplane": [400, 2],
  "bad-status": [400, 2],
  "no-key": [401, 4],
  "unknown-key": [401, 4],
  forbidden: [403, 4],
  "user-disabled": [403, 4],
  "no-configuration": [404, 3],
  "not-found": [404, 3],
  "method-not-allowed": [405, 2],
  "not-acceptable": [406, 2],
  "too-slow": [408, 6],
  conflict: [409, 5],
  held: [409, 5],
  quarantined: [409, 5],
  "already-exists": [409, 5],
  "too-large": [413, 2],
  "uri-too-long": [414, 2],
  "stale-status": [422, 5],
  "future-status": [422, 5],
  unconfirmed: [422, 5],
  "beyond-horizon": [422, 5],
  "too-many-requests": [429, 6],
  "headers-too-large": [431, 2],
  internal: [500, 1],
  unavailable: [503, 6],
};

/** Beside the content: 401 says how to prove who one is, 429 and 503 when to come again. */
const EXTRA: Readonly<Record<number, (string | null)[]>> = {
  401: ["FPS_API", null],
  429: [null, "5"],
  503: [null, "5"],
};

describe("the table of errors", () => {
  test("it has the codes of the contract and no other", () => {
    expect(Object.keys(ERRORS).sort()).toEqual(Object.keys(CONTRACT).sort());
  });

  test.each(Object.entries(CONTRACT) as [ErrorCode, readonly [number, number]][])(
    "%s is %j over REST, over tRPC and on the command line",
    async (code, [http, exit]) => {
      const details = { seats: ["013", "014"] };
      const { app } = testApp(observatory(failingStore(new FplaneError(code, "said so", details))));

      const rest = await app.request("/fplane/20180715");
      expect(rest.status).toBe(http);
      expect(rest.headers.get("content-type")).toBe("application/problem+json");
      expect(rest.headers.get("cache-control")).toBe("no-store");
      expect(await rest.json()).toEqual({
        ...details,
        type: `urn:fplane:error:${code}`,
        title: ERRORS[code].title,
        status: http,
        detail: "said so",
        code,
        message: "said so",
      });

      const trpc = await app.request("/trpc/getFplane?input=%7B%7D");
      expect(trpc.status).toBe(http);
      const { error } = await trpc.json();
      expect(error.message).toBe("said so");
      expect(error.data).toEqual({
        code: ERRORS[code].trpc,
        httpStatus: http,
        path: "getFplane",
        fplane: { code, message: "said so", details },
      });

      expect<number>(ERRORS[code].exit).toBe(exit);
      const extra = [rest, trpc].map(({ headers }) => [headers.get("www-authenticate"), headers.get("retry-after")]);
      expect(extra).toEqual([EXTRA[http] ?? [null, null], EXTRA[http] ?? [null, null]]);
    },
  );

  test("a known time to wait is told", () => {
    const error = new FplaneError("too-many-requests", "slower", { retryAfter: 17 });
    expect(problemResponse(error).headers.get("retry-after")).toBe("17");
  });

  test("details cannot pass for what the contract says", () => {
    const details = { status: 200, code: "fine", type: "about:blank", message: "all is well" };
    expect(problemOf(new FplaneError("held", "no", details))).toMatchObject({
      status: 409,
      code: "held",
      message: "no",
    });
  });
});
