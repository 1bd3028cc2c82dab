import { connect } from "../../support/postgres.ts";

/**
 * A server without memory: each request asks PostgreSQL, by a prepared query on an index, for a file that stands there
 * rendered. Argument: the address of a database with the table `file(start, text)`.
 */
const sql = connect(process.argv[2] ?? "", { max: 8 });

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  routes: {
    "/fplane/:night": async (request) => {
      const { night } = request.params;
      const [row] = await sql`SELECT text FROM file WHERE start <= ${night} ORDER BY start DESC LIMIT 1`;
      const headers = { "content-type": "text/plain; charset=utf-8" };
      return new Response(row?.["text"] ?? null, { status: row === undefined ? 404 : 200, headers });
    },
  },
});
console.log(server.url.origin);
