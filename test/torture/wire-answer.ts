/** An answer as it came over a socket. */
export type WireAnswer = { readonly status: number; readonly headers: Headers; readonly body: string };

/** @param isOver whether nothing more will come @returns null while it is not whole */
export function readAnswer(bytes: Buffer, method: string, isOver = true): WireAnswer | null {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const [first = "", ...lines] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1]);
  const headers = new Headers();
  for (const line of lines) headers.append(line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim());
  const rest = bytes.subarray(end + 4);
  if (status === 100) return readAnswer(rest, method, isOver);
  const answer = (body: Buffer) => ({ status, headers, body: body.toString() });
  if (method === "HEAD" || status === 204 || status === 304 || status === 101) return answer(Buffer.alloc(0));
  if (headers.get("content-type")?.startsWith("text/event-stream")) return answer(rest); // it has no end
  if (headers.get("transfer-encoding") === "chunked") {
    const body = unchunked(rest);
    return body === null ? null : answer(body);
  }
  const length = headers.get("content-length");
  if (length === null) return isOver ? answer(rest) : null;
  return rest.length < Number(length) ? null : answer(rest.subarray(0, Number(length)));
}

function unchunked(bytes: Buffer): Buffer | null {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = bytes.indexOf("\r\n", at);
    const size = Number.parseInt(bytes.subarray(at, end).toString("latin1"), 16);
    if (end < 0 || Number.isNaN(size)) return null;
    if (size === 0) return Buffer.concat(parts);
    if (bytes.length < end + 2 + size + 2) return null;
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}
