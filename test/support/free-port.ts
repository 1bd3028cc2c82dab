/** Below the ports that a system gives to connections: of those, one may be taken again before our server comes. */
const [LOWEST, HIGHEST] = [15_000, 32_000];

/** A port of the loopback on which nothing listens now: for a server of somebody else, or one that comes back where it was. */
export function freePort(): number {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (isFree("localhost", port) && isFree("127.0.0.1", port)) return port;
  }
}

function isFree(hostname: string, port: number): boolean {
  try {
    Bun.listen({ hostname, port, socket: { data() {} } }).stop(true);
    return true;
  } catch {
    return false;
  }
}
