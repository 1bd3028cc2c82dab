import type { Context } from "hono";
import { FplaneError } from "../domain/errors.ts";
import { parseJson } from "../domain/json-text.ts";

/**
 * The body as a JSON object, whatever the content type says: the old clients label theirs as a form.
 *
 * @throws FplaneError `bad-json`, `too-large`, `too-slow`
 */
export async function readJsonObject(c: Context): Promise<Readonly<Record<string, unknown>>> {
  const value = parseJson(await c.req.text(), "the body");
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FplaneError("bad-json", "the body is JSON, but not an object");
  }
  return value as Record<string, unknown>;
}
