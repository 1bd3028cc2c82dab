import { expect, test } from "bun:test";
import { encodedBody } from "../../../src/server/answers/encoded-body.ts";

const textNumbered = (n: number, length: number) => `${n} `.repeat(Math.ceil(length / `${n} `.length)).slice(0, length);

test("a text is encoded once, plain and with gzip", () => {
  const text = textNumbered(1, 6400);
  expect(encodedBody(text, false)).toBe(encodedBody(text, false));
  expect(encodedBody(text, true)).toBe(encodedBody(text, true));
  expect(new TextDecoder().decode(Bun.gunzipSync(encodedBody(text, true).bytes))).toBe(text);
});

test("many large texts take no more memory than is set aside for them: the first go first", () => {
  const length = 30_000;
  const first = encodedBody(textNumbered(1, length), false);
  const last = Array.from({ length: 1200 }, (_, n) => encodedBody(textNumbered(n + 2, length), false)).at(-1);
  expect(encodedBody(textNumbered(1201, length), false)).toBe(last as typeof first);
  expect(encodedBody(textNumbered(1, length), false)).not.toBe(first);
});
