import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderFplane } from "../../src/domain/files/fplane-file.ts";
import { OLDEST_AND_NEWEST } from "../support/pythons.ts";
import { PLANE } from "../support/site.ts";

setDefaultTimeout(120_000);

const TEXT = renderFplane(PLANE, "full");
const SHA256 = new Bun.CryptoHasher("sha256").update(TEXT);
const DIGEST = SHA256.copy().digest("hex");
const HEADERS = {
  "x-fplane-instant": "2018-07-16T05:00:00Z",
  "x-fplane-valid-from": "2018-01-01T18:00:00Z",
  "x-fplane-revision": "7",
  "repr-digest": `sha-256=:${SHA256.copy().digest("base64")}:`,
};
const ENTRY = {
  ...{ datestr: "20180715", filename: "fplane20180715.txt", instant: "2018-07-16T05:00:00Z" },
  ...{ validFrom: "2018-01-01T18:00:00Z", validUntil: null, confirmedUntil: null, revision: 7, pinned: false },
  ...{ sha256: DIGEST, digest: DIGEST, body: TEXT },
};
const KEY = "5ec4e7".repeat(8);

const isWithoutPython = OLDEST_AND_NEWEST.length === 0;
const TRIED = isWithoutPython ? [["3", "python3"] as const] : OLDEST_AND_NEWEST;

describe.skipIf(isWithoutPython).each([...TRIED])(
  "fplane.py in a cron job, Python %s (needs python3)",
  (_v, python) => {
    let root: string;
    beforeAll(async () => {
      root = await mkdtemp(join(tmpdir(), "fplane-py-cron-"));
      await Bun.write(join(root, "fplane.py"), Bun.file(join(import.meta.dir, "../../public/fplane.py")));
    });
    afterAll(() => rm(root, { recursive: true, force: true }));

    const shell = async (line: string, env: Readonly<Record<string, string>> = {}) => {
      const child = Bun.spawn(["sh", "-c", line], {
        ...{ cwd: root, stdin: "ignore", stdout: "pipe", stderr: "pipe" },
        env: { PATH: "/usr/bin:/bin", FPLANE_CACHE: "off", PYTHON: python, ...env },
      });
      const [stdout, stderr] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
      ]);
      return { code: await child.exited, stdout, stderr };
    };
    const command = (args: string, env?: Readonly<Record<string, string>>) =>
      shell(`"$PYTHON" -B fplane.py ${args}`, env);
    const serve = (answer: (request: Request) => Response | Promise<Response>) => {
      const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: answer });
      return { ...server, address: `http://127.0.0.1:${server.port}`, stop: () => server.stop(true) };
    };

    test.each([
      ["an address in a bracket that stays open", "get 20180715 -o - --server 'http://[::1'", {}, 2, "no address"],
      ["an address that no name can be", "get 20180715 -o - --server http://a..b", {}, 6, "cannot be reached"],
      ["a date in no encoding", `get "$(printf '2018\\377')" -o - --server http://127.0.0.1:1`, {}, 2, "is no date"],
      ["a revision in no encoding", `get 20180715 --as-of "$(printf '\\377')" -o -`, {}, 2, "as_of"],
      [
        "a directory that is a file",
        "get --from 20180101 -d fplane.py --server http://127.0.0.1:1",
        {},
        2,
        "fplane.py",
      ],
      ["rows that are no text", "rows binary", {}, 2, "binary is no text"],
      ["dates that are no text", "get --dates binary --server http://127.0.0.1:1", {}, 2, "binary is no text"],
      ["rows on standard input that are no text", "rows - <binary", {}, 2, "standard input is no text"],
      ["dates on standard input that are no text", "get --dates - <binary", {}, 2, "standard input is no text"],
      ["a standard input that is closed", "rows - <&-", {}, 2, "standard input cannot be read: it is closed"],
      [
        "a standard output that is closed",
        "rows good.txt >&-",
        {},
        2,
        "standard output cannot be written: it is closed",
      ],
      ["a bundle that is no text", "get 20180715 --bundle binary -o -", {}, 2, "binary is no text"],
      ["two lines for a key", "get 20180715 -o -", { FPLANE_APIKEY_FILE: "keys" }, 2, "the key"],
      ["a full disk behind stdout", "rows good.txt >/dev/full", {}, 2, "cannot be written"],
    ])("%s is told in one line", async (_what, args, env, code, words) => {
      await writeFile(join(root, "binary"), Buffer.from([0xff, 0xfe, 0x00]));
      await writeFile(join(root, "keys"), `${KEY}\nof the night run\n`);
      await writeFile(join(root, "good.txt"), TEXT);
      const told = await command(args, env);
      expect(told.stderr).toContain(words);
      expect(told.stderr.trim().split("\n")).toHaveLength(1);
      expect(told.stderr).not.toContain(KEY);
      expect(told.code).toBe(code);
    });

    test.each(["2>&-", "2>/dev/full"])(
      "where nothing can be said (%s) the file is written all the same",
      async (into) => {
        const server = serve(() => new Response(TEXT, { headers: HEADERS }));
        const written = await command(`get 20180715 -o quiet.txt --server ${server.address} ${into}`);
        server.stop();
        expect(written).toEqual({ code: 0, stdout: "", stderr: "" });
        expect(await command(`rows nothing ${into}`)).toEqual({ code: 2, stdout: "", stderr: "" });
        expect(await Bun.file(join(root, "quiet.txt")).text()).toBe(TEXT);
      },
    );

    test("who reads nothing is not told of it", async () => {
      await writeFile(join(root, "good.txt"), TEXT);
      const untilNobodyReads = "trap '' PIPE; while printf ' ' 2>/dev/null; do :; done";
      const told = await shell(`{ ${untilNobodyReads}; "$PYTHON" -B fplane.py rows good.txt; echo $? >&2; } | true`);
      expect(told).toEqual({ code: 0, stdout: "", stderr: "141\n" });
    });

    test("a full disk behind the file of one date is told, too", async () => {
      const server = serve(() => new Response(TEXT, { headers: HEADERS }));
      const told = await command(`get 20180715 -o - --server ${server.address} >/dev/full`);
      server.stop();
      expect(told.stderr).toBe("fplane: standard output cannot be written: [Errno 28] No space left on device\n");
      expect(told.code).toBe(2);
    });

    test("of many files what says how long it is and is shorter is no answer", async () => {
      const line = `${JSON.stringify(ENTRY)}\n`;
      const server = Bun.listen({
        hostname: "127.0.0.1",
        port: 0,
        socket: {
          data: (socket) => void socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${line.length + 500}\r\n\r\n${line}`),
        },
      });
      const told = await command(`get --from 20180715 --to 20180717 -d cut --server http://127.0.0.1:${server.port}`);
      server.stop(true);
      expect(told.stderr).toContain("broke off");
      expect(told.code).toBe(6);
    });

    test("a page of somebody else is no list of files, whatever its form", async () => {
      for (const page of [
        "3\n",
        "[]\n",
        '{"welcome": true}\n',
        '{"datestr": "x", "digest": "y"}\n',
        "<html></html>\n",
      ]) {
        const server = serve(() => new Response(page));
        const told = await command(`get --from 20180715 -d pages --server ${server.address}`);
        server.stop();
        expect({ page, lines: told.stderr.trim().split("\n").length, code: told.code }).toEqual({
          page,
          lines: 1,
          code: 6,
        });
      }
    });

    test("no file is written outside its directory, whatever it is called", async () => {
      for (const filename of ["../fplane-out.txt", "../../fplane-out.txt", "a/../../fplane-out.txt", ".."]) {
        const server = serve(() => new Response(`${JSON.stringify({ ...ENTRY, filename })}\n`));
        const told = await command(`get --from 20180715 -d in --server ${server.address}`);
        server.stop();
        expect({ filename, code: told.code }).toEqual({ filename, code: 6 });
      }
      expect((await readdir(root)).filter((name) => name.includes("out"))).toEqual([]);
    });

    test("the key goes to the server that was named, not to where it sends on", async () => {
      const seen: (string | null)[] = [];
      const elsewhere = serve((request) => {
        seen.push(request.headers.get("authorization"));
        return new Response(TEXT, { headers: HEADERS });
      });
      const named = serve((request) => {
        seen.push(request.headers.get("authorization"));
        return Response.redirect(`${elsewhere.address}${new URL(request.url).pathname}`, 302);
      });
      const told = await command(`get 20180715 -o sent-on.txt --server ${named.address}`, { FPLANE_APIKEY: KEY });
      expect(told.code).toBe(0);
      expect(seen).toEqual([`FPS_API APIKEY=${KEY}`, null]);
      await writeFile(join(root, "dates"), "20180715\n");
      const many = await command(`get --dates dates -d many --server ${named.address}`);
      named.stop();
      elsewhere.stop();
      expect(many.code).toBe(6);
      expect(many.stderr).toContain(`${elsewhere.address}/fplanes`);
    });
  },
);
