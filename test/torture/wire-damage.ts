/** What a client that is none, or that means harm, writes on a connection; `none` is what it should have written. */
export const WIRE_DAMAGES = [
  ...["none", "bare LF", "no host", "two hosts", "HTTP/1.0", "HTTP/9.9", "HTTP/2 preface", "TLS hello", "noise"],
  ...["NUL in a value", "NUL in a name", "CR in a value", "blank before the colon", "no colon", "no name", "folded"],
  ...[
    "huge header",
    "many headers",
    "bytes of Latin-1",
    "absolute address",
    "other host's address",
    "asterisk",
    "CONNECT",
  ],
  ...["two lengths", "negative length", "length and chunks", "length too long", "length too short", "no length"],
  ...["chunks", "bad chunk size", "cut chunk", "huge chunk size", "chunk extension", "trailers", "one byte a time"],
  ...["two at once", "websocket", "h2c", "cut head"],
] as const;
export type WireDamage = (typeof WIRE_DAMAGES)[number];

/** Those of which the server may rightly wait for more, or say nothing. */
export const UNANSWERED: ReadonlySet<WireDamage> = new Set<WireDamage>([
  ...([
    "length too long",
    "length too short",
    "cut chunk",
    "huge chunk size",
    "bad chunk size",
    "cut head",
    "no length",
  ] as const),
  ...([
    "TLS hello",
    "HTTP/2 preface",
    "noise",
    "CONNECT",
    "websocket",
    "h2c",
    "folded",
    "no colon",
    "bare LF",
  ] as const),
  "two at once",
]);

export type WireRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | null;
};

const CHUNKED: readonly [string, string] = ["Transfer-Encoding", "chunked"];

/** The request as bytes, with harm done to it. */
export function bytesOf(request: WireRequest, damage: WireDamage): Buffer {
  const { method, path, headers, body } = request;
  const content = Buffer.from(body ?? []);
  const own = [["Host", "localhost"], ...headers, ["Connection", "close"]] as const;
  const sized = body === null ? own : [...own, ["Content-Length", String(content.length)] as const];
  const write: Parts["write"] = (lines, tail = content, first = `${method} ${path} HTTP/1.1`) => {
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    return Buffer.concat([Buffer.from(`${first}\r\n${head}\r\n`), tail]);
  };
  return DAMAGES[damage]({ request, content, sized, own, whole: write(sized), write });
}

/** A request as it should be written, and its parts. */
type Parts = {
  readonly request: WireRequest;
  readonly content: Buffer;
  /** With the body's length. */
  readonly sized: Lines;
  /** Without it. */
  readonly own: Lines;
  readonly whole: Buffer;
  readonly write: (lines: Lines, tail?: Buffer, first?: string) => Buffer;
};
type Lines = readonly (readonly [name: string, value: string])[];

const DAMAGES: Readonly<Record<WireDamage, (parts: Parts) => Buffer>> = {
  "bare LF": ({ whole }) => Buffer.from(whole.toString("latin1").replaceAll("\r\n", "\n"), "latin1"),
  "no host": ({ sized, write }) => write(sized.slice(1)),
  "two hosts": ({ sized, write }) => write([["Host", "elsewhere.example.org"], ...sized]),
  "HTTP/1.0": ({ content, sized, write, request }) =>
    write(sized, content, `${request.method} ${request.path} HTTP/1.0`),
  "HTTP/9.9": ({ content, sized, write, request }) =>
    write(sized, content, `${request.method} ${request.path} HTTP/9.9`),
  "HTTP/2 preface": () => Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"),
  "TLS hello": () => Buffer.from("16030100c8010000c40303", "hex"),
  noise: ({ request }) => Buffer.from(Bun.hash(request.path).toString(16).repeat(50), "hex"),
  "NUL in a value": ({ sized, write }) => write([...sized, ["X-Any", "a\0b"]]),
  "NUL in a name": ({ sized, write }) => write([...sized, ["X-\0", "a"]]),
  "CR in a value": ({ sized, write }) => write([...sized, ["X-Any", "a\rb"]]),
  "blank before the colon": ({ sized, write }) => write([...sized, ["X-Any ", "a"]]),
  "no colon": ({ content, sized, write, request }) =>
    write(sized, content, `${request.method} ${request.path} HTTP/1.1\r\nX-Any`),
  "no name": ({ sized, write }) => write([...sized, ["", "a"]]),
  folded: ({ sized, write }) => write([...sized, ["X-Any", "a\r\n b"]]),
  "huge header": ({ sized, write }) => write([...sized, ["X-Any", "a".repeat(100_000)]]),
  "many headers": ({ sized, write }) =>
    write([...sized, ...Array.from({ length: 300 }, (_, i) => [`X-${i}`, "a"] as const)]),
  "bytes of Latin-1": ({ whole, request }) =>
    Buffer.concat([
      Buffer.from(`${request.method} ${request.path}\xff\xfe HTTP/1.1\r\nX-Any: \xff\xc0\r\n`, "latin1"),
      whole.subarray(whole.indexOf("\r\n") + 2),
    ]),
  "absolute address": ({ content, sized, write, request }) =>
    write(sized, content, `${request.method} http://localhost${request.path} HTTP/1.1`),
  "other host's address": ({ content, sized, write, request }) =>
    write(sized, content, `${request.method} http://elsewhere.example.org:1${request.path} HTTP/1.1`),
  asterisk: ({ content, sized, write }) => write(sized, content, "OPTIONS * HTTP/1.1"),
  CONNECT: ({ content, sized, write }) => write(sized, content, "CONNECT elsewhere.example.org:443 HTTP/1.1"),
  "two lengths": ({ sized, write }) => write([...sized, ["Content-Length", "3"]]),
  "negative length": ({ own, write }) => write([...own, ["Content-Length", "-1"]]),
  "length and chunks": ({ content, sized, write }) => write([...sized, CHUNKED], inChunks(content)),
  "length too long": ({ content, own, write }) => write([...own, ["Content-Length", String(content.length + 10)]]),
  "length too short": ({ content, own, write }) => write([...own, ["Content-Length", String(content.length >> 1)]]),
  "no length": ({ own, write }) => write(own),
  chunks: ({ content, own, write }) => write([...own, CHUNKED], inChunks(content)),
  "chunk extension": ({ content, own, write }) => write([...own, CHUNKED], inChunks(content, ';a="b"')),
  "bad chunk size": ({ own, write }) => write([...own, CHUNKED], Buffer.from("zz\r\nabc\r\n0\r\n\r\n")),
  "cut chunk": ({ own, write }) => write([...own, CHUNKED], Buffer.from("ff\r\nabc")),
  "huge chunk size": ({ own, write }) => write([...own, CHUNKED], Buffer.from("ffffffffffffffff\r\nabc")),
  trailers: ({ content, own, write }) => write([...own, CHUNKED], inChunks(content, "", "X-Trailer: a\r\n")),
  "two at once": ({ sized, whole, write }) =>
    Buffer.concat([write(sized.filter(([name]) => name !== "Connection")), whole]),
  websocket: ({ sized, write }) =>
    write([
      ...sized,
      ["Upgrade", "websocket"],
      ["Connection", "Upgrade"],
      ["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="],
      ["Sec-WebSocket-Version", "13"],
    ]),
  h2c: ({ sized, write }) => write([...sized, ["Upgrade", "h2c"], ["HTTP2-Settings", "AAMAAABkAAQCAAAAAAIAAAAA"]]),
  "cut head": ({ whole }) => whole.subarray(0, whole.indexOf("\r\n\r\n") - 2),
  none: ({ whole }) => whole,
  "one byte a time": ({ whole }) => whole,
};

const CHUNK = 1000;

function inChunks(content: Buffer, extension = "", trailers = ""): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length; at += CHUNK) {
    const part = content.subarray(at, at + CHUNK);
    parts.push(Buffer.from(`${part.length.toString(16)}${extension}\r\n`), part, Buffer.from("\r\n"));
  }
  return Buffer.concat([...parts, Buffer.from(`0\r\n${trailers}\r\n`)]);
}
