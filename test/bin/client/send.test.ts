import { expect, test } from "bun:test";
import { send } from "../../../bin/client/send.ts";

test("a server that takes a question and says nothing counts as away", async () => {
  const silent = Bun.listen({ hostname: "localhost", port: 0, socket: { data: () => {} } });
  const server = `http://localhost:${silent.port}`;
  const error = await send(server, `${server}/fplane`, {}, 200).catch((thrown: unknown) => thrown);
  silent.stop(true);
  expect(error).toMatchObject({
    code: "unavailable",
    message: `the server ${server} cannot be reached: it says nothing for 0.2 s`,
  });
});

test("what is written may take longer: it may be recorded all the same", async () => {
  const slow = Bun.serve({
    port: 0,
    fetch: async () => {
      await Bun.sleep(600);
      return new Response("taken");
    },
  });
  const url = `http://localhost:${slow.port}`;
  expect(await (await send(url, url, { method: "POST" }, 100)).text()).toBe("taken");
  await slow.stop(true);
});
