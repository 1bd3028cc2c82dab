import { createHash } from "node:crypto";

/** A body as it goes over the wire, with what its headers say of these bytes. */
export type EncodedBody = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly encoding: "gzip" | null;
  readonly etag: string;
  readonly reprDigest: string;
};

type Kept = { readonly bodies: Map<string, EncodedBody>; size: number };

/** The focal-plane files that are asked for are few: most are encoded once and sent a thousand times. JSON differs by night. */
const MOST_BYTES = 32 * 1024 * 1024; // of texts and bodies, plain ones and those of gzip each
const kept: Readonly<Record<"plain" | "gzip", Kept>> = {
  plain: { bodies: new Map(), size: 0 },
  gzip: { bodies: new Map(), size: 0 },
};

export function encodedBody(text: string, gzip: boolean): EncodedBody {
  const shelf = gzip ? kept.gzip : kept.plain;
  const known = shelf.bodies.get(text);
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
  shelf.bodies.set(text, body);
  shelf.size += sizeOf(text, body);
  for (const [oldest, old] of shelf.bodies) {
    if (shelf.size <= MOST_BYTES) break;
    shelf.bodies.delete(oldest);
    shelf.size -= sizeOf(oldest, old);
  }
  return body;
}

function sizeOf(text: string, { bytes }: EncodedBody): number {
  return text.length + bytes.byteLength;
}
