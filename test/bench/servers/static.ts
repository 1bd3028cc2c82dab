/**
 * Bun's own static route with one file: what a server can be that has nothing to decide. Arguments: the file, and the
 * path under which it is.
 */
const [file = "", path = "/"] = process.argv.slice(2);

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  routes: {
    [path]: new Response(await Bun.file(file).text(), { headers: { "content-type": "text/plain; charset=utf-8" } }),
  },
});
console.log(server.url.origin);

export {}; // a module, so that it can wait
