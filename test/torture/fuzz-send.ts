import { gzipSync } from "node:zlib";
import type { Role } from "../../src/domain/role.ts";
import type { BodyDamage, FuzzCaller, FuzzRequest } from "./fuzz-requests.ts";
import { NOBODYS_KEY, NOW_SECONDS, NOW_TEXT } from "./fuzz-values.ts";
import { exchange } from "./fuzz-wire.ts";
import type { WireAnswer } from "./wire-answer.ts";

export type Keys = Readonly<Record<Role, string>>;

const FETCHED: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]);
const PATIENCE = 60_000;
/** 40 MB of blanks, of which gzip makes 39 kB. */
const BOMB = gzipSync(Buffer.alloc(40_000_000, " "));

/** @returns null where the server said nothing, and did not have to @throws Error when it should have answered and did not */
export async function send(url: string, keys: Keys, request: FuzzRequest): Promise<WireAnswer | null> {
  const { method, bodyDamage, wire } = request;
  const now = new Date();
  const atNow = (text: string) =>
    text.replaceAll(NOW_SECONDS, String(now.getTime() / 1000)).replaceAll(NOW_TEXT, now.toISOString());
  const path = atNow(request.path);
  const body = request.body === null ? null : damaged(atNow(request.body), bodyDamage);
  const headers = [...request.headers, ...keyHeaders(request.caller, keys), ...damageHeaders(bodyDamage)];
  const given = { method, path, headers, body };
  if (wire !== null) return await exchange(url, given, wire);
  const made = fetchable(url, given);
  if (made === null) return await exchange(url, given, "none");
  try {
    return await fetched(made.clone());
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ECONNRESET")) throw error;
    // It was sent on a connection that had been idle for long enough to be closed, as the others of the pool may be by now.
    return await fetched(made, { keepalive: false });
  }
}

/** A request that a well-behaved client can make of it; null where it would refuse to. */
function fetchable(url: string, { method, path, headers, body }: Parameters<typeof exchange>[1]): Request | null {
  const takesBody = !["GET", "HEAD"].includes(method);
  if (!FETCHED.has(method) || (body !== null && !takesBody)) return null;
  if (headers.some(([name]) => ["expect", "connection", "x-large", "content-encoding"].includes(name))) return null;
  try {
    return new Request(`${url}${path}`, {
      method,
      headers: headers.map(([name, value]) => [name, value] as [string, string]),
      body: body === null ? null : new Blob([new Uint8Array(body)]),
      redirect: "manual",
    });
  } catch {
    return null;
  }
}

async function fetched(request: Request, connection: { readonly keepalive?: boolean } = {}): Promise<WireAnswer> {
  const stopped = new AbortController();
  const timer = setTimeout(() => stopped.abort(new Error(`no answer within ${PATIENCE} ms`)), PATIENCE);
  try {
    const response = await fetch(request, { signal: stopped.signal, ...connection });
    const { status, headers } = response;
    const isEndless = headers.get("content-type")?.startsWith("text/event-stream") === true;
    return { status, headers, body: isEndless ? await beginning(response) : await response.text() };
  } finally {
    clearTimeout(timer);
  }
}

/** Of an answer that goes on for as long as one listens, what comes at once. */
async function beginning({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const first = await Promise.race([reader?.read(), Bun.sleep(100)]);
  await reader?.cancel();
  return new TextDecoder().decode(first?.value ?? new Uint8Array());
}

function keyHeaders(caller: FuzzCaller, keys: Keys): (readonly [string, string])[] {
  switch (caller) {
    case "nobody":
      return [];
    case "wrong key":
      return [["authorization", `FPS_API APIKEY=${NOBODYS_KEY}`]];
    case "malformed":
      return [["authorization", `Basic ${NOBODYS_KEY}, FPS_API APIKEY==;'"`]];
    default:
      return [["authorization", `fps_api apikey=${keys[caller]}`]];
  }
}

function damageHeaders(damage: BodyDamage): (readonly [string, string])[] {
  if (damage === "gzip" || damage === "gzip bomb") return [["content-encoding", "gzip"]];
  return damage === "said to be br" ? [["content-encoding", "br"]] : [];
}

function damaged(text: string, damage: BodyDamage): Uint8Array {
  const bytes = Buffer.from(text);
  switch (damage) {
    case "cut":
      return bytes.subarray(0, Math.floor(bytes.length * 0.7));
    case "bad UTF-8":
      return Buffer.concat([bytes.subarray(0, 5), Buffer.from([0xff, 0xc0, 0xed, 0xa0, 0x80]), bytes.subarray(5)]);
    case "byte-order mark":
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
    case "UTF-16":
      return Buffer.from(`\ufeff${text}`, "utf16le");
    case "NUL bytes":
      return Buffer.concat([Buffer.alloc(5), bytes, Buffer.alloc(5)]);
    case "blanks before":
      return Buffer.concat([Buffer.alloc(1_000_000, " "), bytes]);
    case "empty":
      return bytes.subarray(0, 0);
    case "twice":
      return Buffer.concat([bytes, bytes]);
    case "gzip":
    case "gzip unsaid":
      return gzipSync(bytes);
    case "gzip bomb":
      return BOMB;
    case "none":
    case "said to be br":
      return bytes;
  }
}
