/** A port on which nothing listens now: for a server that has to come back where it was. */
export function freePort(): number {
  const server = Bun.listen({ hostname: "localhost", port: 0, socket: { data() {} } });
  server.stop(true);
  return server.port;
}
