import { pathsOfTenYears } from "../public-history.ts";

/**
 * What another server answers for each night of ten years, asked once and sent again by a bare handler: the same bytes
 * and headers, with nothing decided, counted or logged. Argument: the address of the other server.
 */
const origin = process.argv[2] ?? "";

const prepared = new Map<string, { readonly bytes: ArrayBuffer; readonly headers: Headers }>();
for (const path of pathsOfTenYears()) {
  const answer = await fetch(origin + path, { headers: { "accept-encoding": "identity" } });
  const headers = new Headers(answer.headers);
  for (const name of ["date", "content-length", "connection"]) headers.delete(name); // Bun writes its own
  prepared.set(path, { bytes: await answer.arrayBuffer(), headers });
}

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: ({ url }) => {
    const answer = prepared.get(url.slice(url.indexOf("/", "http://".length)));
    if (answer === undefined) return new Response("not prepared", { status: 404 });
    return new Response(answer.bytes, { headers: answer.headers });
  },
});
console.log(server.url.origin);
