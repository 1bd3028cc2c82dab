import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FETCHERS, FetchedScript } from "../support/get-fplane-sh.ts";
import { type ServedObservatory, serveObservatory } from "../support/served-observatory.ts";

let observatory: ServedObservatory;
let script: FetchedScript;

beforeAll(async () => {
  observatory = await serveObservatory();
  script = await FetchedScript.from(observatory.url);
});

afterAll(async () => {
  await script.remove();
  await observatory.stop();
});

for (const fetcher of FETCHERS) {
  describe.skipIf(Bun.which(fetcher) === null)(
    `what get_fplane.sh refuses with ${fetcher} only (needs ${fetcher})`,
    () => {
      test.each([
        ["20160101", 3, "before the first"],
        ["20180230", 2, '"20180230" is no date'],
        ["2018/07/15", 2, '"2018/07/15" is no date'],
        ["20180715?as_of=x#y &%", 2, "is no date"],
      ])("%s exits with its code, tells what the server told, and leaves no file", async (datestr, code, told) => {
        const cwd = await script.emptyDirectory();
        const failed = await script.run(fetcher, [datestr], { cwd });
        expect(failed).toMatchObject({ code, stdout: "" });
        expect(failed.stderr).toStartWith("get_fplane.sh: ");
        expect(failed.stderr).toContain(told);
        expect(await readdir(cwd)).toEqual([]);
        expect(await script.run(fetcher, ["-o", "-", datestr], { cwd })).toMatchObject({ code, stdout: "" });
      });

      test("on an error the older file stays as it was, byte for byte and second for second", async () => {
        const cwd = await script.emptyDirectory();
        const path = join(cwd, "fplane20160101.txt");
        await writeFile(path, "precious\n");
        const { mtimeMs, ino } = await stat(path);
        expect((await script.run(fetcher, ["20160101"], { cwd })).code).toBe(3);
        expect((await script.run(fetcher, ["20160101"], { cwd, server: "http://localhost:1" })).code).toBe(6);
        expect(await readdir(cwd)).toEqual(["fplane20160101.txt"]);
        expect(await Bun.file(path).text()).toBe("precious\n");
        expect(await stat(path)).toMatchObject({ mtimeMs, ino });
      });

      test("a server that is away is exit 6, named, and leaves no file", async () => {
        const cwd = await script.emptyDirectory();
        const failed = await script.run(fetcher, [], { cwd, server: "http://localhost:1" });
        expect(failed).toMatchObject({ code: 6, stdout: "" });
        expect(failed.stderr).toContain("http://localhost:1 cannot be reached");
        expect(await readdir(cwd)).toEqual([]);
      });

      test("an answer that breaks off is exit 6 and leaves no file", async () => {
        const cwd = await script.emptyDirectory();
        const halfServer = Bun.listen({
          hostname: "localhost",
          port: 0,
          socket: { data: (socket) => void socket.end("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n# $Id$\n# $Rev") },
        });
        const failed = await script.run(fetcher, ["20180715"], { cwd, server: `http://localhost:${halfServer.port}` });
        halfServer.stop(true);
        expect(failed.code).toBe(6);
        expect(await readdir(cwd)).toEqual([]);
      });

      test.each([
        [400, 2],
        [401, 4],
        [403, 4],
        [404, 3],
        [406, 2],
        [409, 5],
        [422, 5],
        [429, 6],
        [500, 1],
        [503, 6],
      ])("the status %i is exit %i, with the error's message in plain text", async (status, code) => {
        const problem = { path: 'a "message":"b"', detail: "no", message: 'it said "C:\\x", and\nmore' };
        const answering = Bun.serve({
          hostname: "localhost",
          port: 0,
          fetch: () => Response.json(problem, { status }),
        });
        const cwd = await script.emptyDirectory();
        const failed = await script.run(fetcher, ["20180715"], { cwd, server: `http://localhost:${answering.port}/` });
        await answering.stop(true);
        // wget never keeps the body of a 401.
        const told =
          fetcher === "wget" && status === 401 ? "answered with the status 401" : 'it said "C:\\x", and more';
        expect(failed).toMatchObject({ code, stdout: "" });
        expect(failed.stderr).toMatch(/^get_fplane\.sh: .*\n$/);
        expect(failed.stderr).toEndWith(`${told}\n`);
        expect(await readdir(cwd)).toEqual([]);
      });

      test("an error that is not the server's own is told by its status, a page with status 200 is no focal plane", async () => {
        let status = 502;
        const proxy = Bun.serve({
          hostname: "localhost",
          port: 0,
          fetch: () => new Response("<h1>no</h1>\n", { status }),
        });
        const cwd = await script.emptyDirectory();
        const server = `http://localhost:${proxy.port}`;
        const failed = await script.run(fetcher, [], { cwd, server });
        status = 200;
        const page = await script.run(fetcher, [], { cwd, server });
        await proxy.stop(true);
        expect(failed).toMatchObject({ code: 6, stderr: `get_fplane.sh: ${server} answered with the status 502\n` });
        expect(page).toMatchObject({
          code: 1,
          stderr: `get_fplane.sh: what ${server} answered is no focal-plane file\n`,
        });
        expect(await readdir(cwd)).toEqual([]);
      });

      test.each([
        ["SIGINT", 130],
        ["SIGTERM", 143],
      ] as const)("%s while it waits is exit %i and leaves nothing", async (signal, code) => {
        const cwd = await script.emptyDirectory();
        const asked = Promise.withResolvers<void>();
        const silent = Bun.serve({
          hostname: "localhost",
          port: 0,
          fetch: () => {
            asked.resolve();
            return new Promise<Response>(() => {});
          },
        });
        const child = script.start(fetcher, ["20180715"], { cwd, server: `http://localhost:${silent.port}` });
        await asked.promise;
        expect(await readdir(cwd)).toHaveLength(1);
        process.kill(-child.pid, signal);
        expect(await child.exited).toBe(code);
        await silent.stop(true);
        expect(await readdir(cwd)).toEqual([]);
      });
    },
  );
}
