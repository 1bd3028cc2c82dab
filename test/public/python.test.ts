import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PYTHONS } from "../support/pythons.ts";
import { type ServedObservatory, serveObservatory } from "../support/served-observatory.ts";

const PROJECT = join(import.meta.dir, "..", "..");

/** The function as the documentation shows it: users copy it from there. */
function documentedFunction(): string {
  const readme = readFileSync(join(PROJECT, "README.md"), "utf8");
  const blocks = [...readme.matchAll(/^```python\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  const block = blocks.find((text) => text.includes("def get_fplane(filename, datestr='', actpos=False, full=True):"));
  if (block === undefined) throw new Error("README.md has no get_fplane in a python block");
  return block;
}

/** What clients of the old server do, call by call, as its documentation told them. */
const OLD_CLIENT = `
try:
    from urllib.request import urlopen
    from urllib.error import HTTPError
except ImportError:
    from urllib2 import urlopen, HTTPError

FPLANE_SERVER = None

def get_fplane(filename, datestr='', actpos=False, full=True):
    address = FPLANE_SERVER + '/fplane/' + datestr
    address += '?actual_pos=%d' % (1 if actpos else 0)
    address += '&full_fplane=%d' % (1 if full else 0)
    try:
        answer = urlopen(address)
    except HTTPError as e:
        raise Exception('%d %s' % (e.getcode(), e.reason))
    with open(filename, 'w') as f:
        f.write(answer.read().decode())
`;

/** Calls get_fplane of client.py; on an exception prints it and exits with 7. */
const CALL = `
import ast, sys
import client
client.FPLANE_SERVER = sys.argv[1]
try:
    client.get_fplane(*ast.literal_eval(sys.argv[2]))
except Exception as e:
    sys.stdout.write('%s' % e)
    sys.exit(7)
`;

let observatory: ServedObservatory;
let root: string;

beforeAll(async () => {
  observatory = await serveObservatory();
  root = await mkdtemp(join(tmpdir(), "fplane-python-"));
});

afterAll(async () => {
  await observatory.stop();
  await rm(root, { recursive: true, force: true });
});

async function answerOf(pathAndQuery: string): Promise<string> {
  const response = await fetch(`${observatory.url}/fplane/${pathAndQuery}`);
  expect(response.status).toBe(200);
  return await response.text();
}

/** Calls a client's get_fplane in a new directory that has old.txt, with arguments written as a Python tuple. */
async function callIn(python: string, source: string, args: string, server: string) {
  const cwd = await mkdtemp(join(root, "cwd-"));
  await writeFile(join(cwd, "old.txt"), "precious\n");
  await writeFile(join(cwd, "client.py"), source);
  const child = Bun.spawn([python, "-B", "-c", CALL, server, args], {
    cwd,
    env: { PYTHONPATH: cwd },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, stdout, stderr, cwd };
}

for (const [name, python] of Object.entries(PYTHONS)) {
  for (const [client, source] of [
    ["the documented get_fplane", documentedFunction()],
    ["a client of the old server", OLD_CLIENT],
  ] as const) {
    describe.skipIf(python === null)(`${client} (needs ${name})`, () => {
      const call = (args: string) => callIn(python ?? "", source, args, observatory.url);

      test.each([
        ["('new.txt',)", "?actual_pos=0&full_fplane=1"],
        ["('new.txt', '20180715')", "20180715?actual_pos=0&full_fplane=1"],
        ["('new.txt', '20180715', True)", "20180715?actual_pos=1&full_fplane=1"],
        ["('new.txt', '20180715', False, False)", "20180715?actual_pos=0&full_fplane=0"],
        ["('new.txt', '20190301', True, False)", "20190301?actual_pos=1&full_fplane=0"],
        ["('new.txt', '20200101.0')", "20200101.0"],
        ["('new.txt', '20180522T023753.4')", "20180522T023753.4"],
        ["('new.txt', '2018-05-22')", "2018-05-22"],
        ["('new.txt', '2018-05-22T02:37:53.428')", "2018-05-22T02:37:53.428"],
        ["('new.txt', '20180611v017')", "20180611v017"],
      ])("get_fplane%s writes the REST answer, byte for byte", async (args, path) => {
        const { cwd, ...outcome } = await call(args);
        expect(outcome).toEqual({ code: 0, stdout: "", stderr: "" });
        expect(await Bun.file(join(cwd, "new.txt")).text()).toBe(await answerOf(path));
      });

      test.each([
        ["20160101", "404 Not Found"],
        ["20180230", "400 Bad Request"],
      ])("%s raises with %s, and the older file stays", async (datestr, told) => {
        const { code, stdout, cwd } = await call(`('old.txt', '${datestr}')`);
        expect(code).toBe(7);
        expect(stdout).toContain(told);
        expect(await Bun.file(join(cwd, "old.txt")).text()).toBe("precious\n");
      });
    });
  }

  describe.skipIf(python === null)(`what the documented get_fplane does better (needs ${name})`, () => {
    const call = (args: string, server: string) => callIn(python ?? "", documentedFunction(), args, server);

    test.each([
      ["('new.txt', '2019-03-02T02:00:00+09:00')", "2019-03-02T02:00:00%2B09:00"],
      ["('new.txt', 20200101.0)", "20200101.0"],
      ["('new.txt', '2018/07/15')", null],
    ])("get_fplane%s encodes the date for the address", async (args, path) => {
      const { code, stdout, cwd } = await call(args, observatory.url);
      if (path === null) return expect(stdout).toContain('400 Bad Request: "2018/07/15" is no date');
      expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
      expect(await Bun.file(join(cwd, "new.txt")).text()).toBe(await answerOf(path));
    });

    test("it tells the server's message", async () => {
      const { stdout } = await call("('old.txt', '20160101')", observatory.url);
      expect(stdout).toStartWith(
        "Failed to retrieve fplane file, server responded with 404 Not Found: 2016-01-02T06:00",
      );
    });

    test.each([
      ["an answer that breaks off", "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n# $Id$\n# $Rev"],
      ["a page of another server", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n<html>\n"],
      ["an error of another server", "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 7\r\n\r\n<html>\n"],
    ])("%s raises, and the older file stays", async (_what, answer) => {
      const other = Bun.listen({
        hostname: "localhost",
        port: 0,
        socket: { data: (socket) => void socket.end(answer) },
      });
      const { code, stdout, stderr, cwd } = await call("('old.txt',)", `http://localhost:${other.port}`);
      other.stop(true);
      expect({ code, stderr }).toEqual({ code: 7, stderr: "" });
      expect(stdout).not.toBe("");
      expect(await Bun.file(join(cwd, "old.txt")).text()).toBe("precious\n");
    });
  });

  describe.skipIf(python === null)(`the body of an error (needs ${name})`, () => {
    test("a 404 is a no-configuration with the reason, for who reads it", async () => {
      const code = `
import json, sys
try:
    from urllib.request import urlopen
    from urllib.error import HTTPError
except ImportError:
    from urllib2 import urlopen, HTTPError
try:
    urlopen(sys.argv[1] + '/fplane/20160101')
except HTTPError as e:
    body = json.loads(e.read().decode())
    sys.stdout.write('%d %s %s %s' % (e.code, e.reason, body['code'], body['reason']))
`;
      const child = Bun.spawn([python ?? "", "-c", code, observatory.url], { env: {}, stdout: "pipe" });
      expect(await new Response(child.stdout).text()).toBe("404 Not Found no-configuration before-first");
    });
  });
}
