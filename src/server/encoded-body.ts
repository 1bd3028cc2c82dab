import { createHash } from "node:crypto";

/** A body as it goes over the wire, with what its headers say of these bytes. */
export type EncodedBody = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly encoding: "gzip" | null;
  readonly etag: string;
  readonly reprDigest: string;
};

/** The focal-plane files that are asked for are few: most are encoded once and sent a thousand times. */
const KEPT = 2000;
const kept = { plain: new Map<string, EncodedBody>(), gzip: new Map<string, EncodedBody>() };

export function encodedBody(text: string, gzip: boolean): EncodedBody {
  const bodies = gzip ? kept.gzip : kept.plain;
  const known = bodies.get(text);
  if (known !== undefined) return known;
  const plain = new TextEncoder().encode(text);
  const bytes = gzip ? Bun.gzipSync(plain) : plain;
  const digest = createHash("sha256").update(bytes).digest();
  const body: EncodedBody = {
    bytes,
    encoding: gzip ? "gzip" : null,
    etag: `"${digest.toString("hex").slice(0, 32)}"`,
    reprDigest: `sha-256=:${digest.toString("base64")}:`,
  };
  const [oldest] = bodies.keys();
  if (bodies.size >= KEPT && oldest !== undefined) bodies.delete(oldest);
  bodies.set(text, body);
  return body;
}
