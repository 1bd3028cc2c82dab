type Delivery = {
  readonly body: string;
  readonly headers: Headers;
  readonly path: string;
};

/** A real receiver of webhooks on a port of loopback, which keeps what it is sent. */
export function startReceiver(port = 0) {
  const deliveries: Delivery[] = [];
  let answer: () => Response | Promise<Response> = () => new Response("taken", { status: 202 });
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      deliveries.push({ body: await request.text(), headers: request.headers, path: pathname + search });
      return await answer();
    },
  });
  return {
    deliveries,
    url: `http://127.0.0.1:${server.port}`,
    /** What it answers from now on. */
    answerWith: (next: typeof answer) => {
      answer = next;
    },
    stop: () => server.stop(true),
  };
}
