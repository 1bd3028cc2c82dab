import type { Context } from "hono";
import { FplaneError } from "../domain/errors.ts";

/**
 * The body as a JSON object, whatever the content type says: the old clients label theirs as a form.
 *
 * @throws FplaneError `bad-json`, `too-large`
 */
export async function readJsonObject(c: Context): Promise<Readonly<Record<string, unknown>>> {
  const text = await c.req.text();
  if (text.trim() === "") throw new FplaneError("bad-json", "the body is empty; a JSON object is wanted");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FplaneError("bad-json", `the body is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FplaneError("bad-json", "the body is JSON, but not an object");
  }
  return value as Record<string, unknown>;
}
