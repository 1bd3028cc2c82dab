import fc from "fast-check";
import { type Aim, aimsAt } from "./fuzz-aims.ts";
import type { Target } from "./fuzz-targets.ts";
import { hostileText } from "./fuzz-values.ts";
import { WIRE_DAMAGES, type WireDamage } from "./wire-damage.ts";

/** Whose key is sent; `malformed` is whatever stands in the header. */
const CALLERS = ["nobody", "updater", "curator", "admin", "wrong key", "malformed"] as const;
export type FuzzCaller = (typeof CALLERS)[number];

/** What becomes of a body on its way. */
const BODY_DAMAGES = [
  ...["none", "cut", "bad UTF-8", "byte-order mark", "UTF-16", "NUL bytes", "blanks before", "empty", "twice"],
  ...["gzip", "gzip unsaid", "gzip bomb", "said to be br"],
] as const;
export type BodyDamage = (typeof BODY_DAMAGES)[number];

export type FuzzRequest = Aim & {
  readonly caller: FuzzCaller;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly bodyDamage: BodyDamage;
  /** Null: by a well-behaved client, where one can send it. Else by bytes on a socket of its own. */
  readonly wire: WireDamage | null;
};

const METHODS = ["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "X-Y"];

const caller = fc.oneof(
  { weight: 6, arbitrary: fc.constant<FuzzCaller>("admin") },
  { weight: 1, arbitrary: fc.constantFrom(...CALLERS) },
);
const wire = fc.oneof(
  { weight: 12, arbitrary: fc.constant<WireDamage | null>(null) },
  { weight: 2, arbitrary: fc.constant<WireDamage>("none") },
  { weight: 2, arbitrary: fc.constantFrom(...WIRE_DAMAGES) },
);
const bodyDamage = fc.oneof(
  { weight: 12, arbitrary: fc.constant<BodyDamage>("none") },
  { weight: 1, arbitrary: fc.constantFrom(...BODY_DAMAGES) },
);

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  "content-type": [
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/json; charset=utf-16",
    "application/octet-stream",
    "",
  ],
  accept: [
    "*/*",
    "application/json",
    "text/csv",
    "image/png",
    "text/event-stream",
    "*/*;q=0",
    "a/b;q=NaN,,;",
    "text/*;q=1e9",
  ],
  "accept-encoding": ["gzip", "identity;q=0", "br", "gzip;q=0", "*", "gzip;q=1e999", ",,,;;;"],
  "if-none-match": ["*", '"x"', 'W/"x", "y"', ",".repeat(2000), '"'],
  "if-modified-since": ["Thu, 01 Jan 1970 00:00:00 GMT", "x"],
  range: ["bytes=0-10", "bytes=-1", "bytes=0-0,1-1,2-2", "bytes=9999999999999999999-", "x=1"],
  "x-forwarded-for": ["127.0.0.1", "::1", "unknown", "1.2.3.4, 5.6.7.8", "x".repeat(500), "' OR 1=1"],
  "x-http-method-override": ["DELETE", "POST"],
  "trpc-accept": ["application/jsonl", "application/json", "x"],
  "content-encoding": ["identity", "gzip", "deflate", "br", "x"],
  "last-event-id": ["1", "-1", "99999999999999999999", "x"],
  cookie: ["a=b", "=".repeat(3000)],
  "x-large": ["a".repeat(5000), "a".repeat(20_000)],
  origin: ["https://evil.example.org", "null"],
  connection: ["keep-alive", "close"],
  expect: ["100-continue"],
};
const header = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .constantFrom(...Object.keys(HEADERS))
      .chain((name) => fc.tuple(fc.constant(name), fc.constantFrom(...(HEADERS[name] ?? [])))),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...Object.keys(HEADERS), "x-any"), hostileText) },
);
const someHeaders = fc.oneof(
  { weight: 4, arbitrary: fc.constant<[string, string][]>([]) },
  { weight: 1, arbitrary: fc.array(header, { maxLength: 4 }) },
);

/** Requests to every target, each as often as any other, and some to what there is not. */
export function requestsTo(targets: readonly Target[]): fc.Arbitrary<FuzzRequest> {
  return requestOf(aimsAt(targets));
}

function requestOf(aim: fc.Arbitrary<Aim>): fc.Arbitrary<FuzzRequest> {
  return fc
    .record({
      aim,
      method: fc.constantFrom(...METHODS),
      otherMethod: fc.nat({ max: 14 }),
      caller,
      headers: someHeaders,
      unlabelled: fc.nat({ max: 9 }),
      bodyDamage,
      wire,
    })
    .map(({ aim: { method: right, ...aimed }, method, otherMethod, headers, unlabelled, ...rest }) => {
      const isBare = aimed.body === null || unlabelled === 0 || headers.some(([name]) => name === "content-type");
      return {
        ...aimed,
        ...rest,
        method: otherMethod === 0 ? method : right,
        headers: isBare ? headers : [...headers, ["content-type", "application/json"] as const],
      };
    });
}
