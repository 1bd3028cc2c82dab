import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { getBundle } from "../../src/service/bundle.ts";
import { retract } from "../../src/service/retract.ts";
import { cli } from "../support/cli.ts";
import { embeddedEngine } from "../support/engines.ts";
import { CURATOR } from "../support/observatory.ts";
import { OLDEST_AND_NEWEST } from "../support/pythons.ts";
import { openSite, type Site } from "../support/site.ts";

// Each call is a program of its own, and there are dozens: half a minute on a busy machine.
setDefaultTimeout(180_000);

const engine = embeddedEngine();
let site: Site;
let server: ReturnType<typeof Bun.serve>;
let url: string;
let root: string;

beforeAll(async () => {
  site = await openSite(engine);
  await retract(site.deps, CURATOR, {
    ifuslots: ["022"],
    from: "20190501",
    until: "20190601",
    reason: "test",
    commit: true,
  });
  server = Bun.serve({ hostname: "localhost", port: 0, fetch: (request) => site.app.fetch(request, {}) });
  url = `http://localhost:${server.port}`;
  root = await mkdtemp(join(tmpdir(), "fplane-py-"));
  await Bun.write(join(root, "fplane.py"), await (await fetch(`${url}/fplane.py`)).text());
  await Bun.write(join(root, "b"), (await Array.fromAsync((await getBundle(site.deps, undefined)).lines)).join(""));
}, 120_000);

afterAll(async () => {
  await server.stop(true);
  await rm(root, { recursive: true, force: true });
});

const served = async (pathAndQuery: string) => await (await fetch(`${url}/fplane/${pathAndQuery}`)).text();

type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

async function runIn(python: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran> {
  const child = Bun.spawn([python, "-B", ...args], { cwd: root, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, stdout, stderr };
}

test("it is served, with the address under which it was asked for", async () => {
  const response = await fetch(`${url}/fplane.py`);
  expect(response.headers.get("content-type")).toBe("text/x-python; charset=utf-8");
  expect(await response.text()).toContain(`FPLANE_SERVER = '${url}'`);
});

const isWithoutPython = OLDEST_AND_NEWEST.length === 0;
const TRIED = isWithoutPython ? [["3", "python3"] as const] : OLDEST_AND_NEWEST;

describe.skipIf(isWithoutPython).each([...TRIED])("fplane.py under Python %s (needs python3)", (version, python) => {
  /** What a program that imports it prints, as JSON. */
  const evaluate = async (code: string): Promise<unknown> => {
    const program = `import json, pathlib\nfrom fplane import *\nread = lambda name: pathlib.Path(name).read_text('utf-8')\nresult = None\n${code}\nprint(json.dumps(result))`;
    const { code: exit, stdout, stderr } = await runIn(python, ["-W", "error", "-c", program], {});
    if (exit !== 0 || stderr !== "") throw new Error(`${exit}: ${stderr}`);
    return JSON.parse(stdout);
  };
  const command = (...args: string[]) => runIn(python, ["-W", "error", "fplane.py", ...args], {});

  test("get_fplane takes the arguments of ever and writes the server's bytes", async () => {
    const calls = [
      ["'a.txt'", ""],
      ["'a.txt', '20180715'", "20180715"],
      ["'a.txt', 20200101.0", "20200101.0"],
      ["'a.txt', '20180715', True", "20180715?actual_pos=1"],
      ["'a.txt', '20180715', False, False", "20180715?full_fplane=0"],
      [
        "'a.txt', '2018-05-22T02:37:53.428', actpos=True, full=False",
        "2018-05-22T02:37:53.428?actual_pos=1&full_fplane=0",
      ],
      ["'a.txt', '2019-03-02T02:00:00+09:00', all_slots=True", "2019-03-02T02:00:00%2B09:00?all_slots=1"],
      ["'a.txt', '20190301', night='ut', fmt='csv'", "20190301?night=ut&format=csv"],
      ["'a.txt', '20190715', as_of=4", "20190715?as_of=4"],
      ["'a.txt', datetime.datetime(2019, 3, 2, 2)", "2019-03-02T02:00:00"],
      ["'a.txt', '20180715', fmt='json'", "20180715?format=json"],
    ];
    const code = calls.map(([args]) => `get_fplane(${args})\nresult.append(read('a.txt'))`).join("\n");
    const written = await evaluate(`import datetime\nresult = []\n${code}`);
    expect(written).toEqual(await Promise.all(calls.map(([, query = ""]) => served(query))));
  });

  test("of a link what it leads to is written, there or not, and the link stays", async () => {
    const written = await evaluate(`
import os, tempfile
os.chdir(tempfile.mkdtemp(dir='.'))
os.mkdir('data')
os.symlink('data/plane.txt', 'plane.txt')
os.symlink('plane.txt', 'newest.txt')
result = []
for variant in (True, False):
    get_fplane('newest.txt', '20180715', full=variant)
    result.append([read('data/plane.txt'), os.path.islink('plane.txt'), os.path.islink('newest.txt'), os.listdir('data')])
os.symlink('round', 'round')
try:
    get_fplane('round', '20180715')
except FplaneError as error:
    result.append([error.code, error.message, os.path.islink('round')])
`);
    expect(written).toEqual([
      [await served("20180715"), true, true, ["plane.txt"]],
      [await served("20180715?full_fplane=0"), true, true, ["plane.txt"]],
      ["bad-parameter", "round cannot be written: it is a link that leads round in a circle", true],
    ]);
  });

  test("a receipt says what was got, and goes with the data", async () => {
    const receipt = (await evaluate(`
r = get_fplane('r.txt', '20180715', actpos=True)
r.write('r.json')
assert json.loads(read('r.json')) == r
again = fetch('20180715', actpos=True, as_of=r['revision'])
assert again.receipt['digest'] == r['digest'] and again.receipt['pinned']
assert all(len(k) <= 8 and len(str(v)) <= 68 for k, v, _ in r.cards())
result = r`)) as Record<string, unknown>;
    const sha256 = new Bun.CryptoHasher("sha256").update(await served("20180715?actual_pos=1")).digest("hex");
    expect(receipt).toEqual({
      ...{ server: url, datestr: "20180715", asOf: null, night: "local", strict: false, actualPositions: true },
      ...{ layout: "full", format: "txt", filename: "fplane20180715.txt", instant: "2018-07-16T05:00:00Z" },
      ...{ validFrom: "2018-01-01T18:00:00Z", validUntil: "2019-03-01T18:00:00Z", confirmedUntil: null },
      ...{ revision: 7, pinned: false, sha256, digest: sha256 },
    });
  });

  test("regions lie in the sky where it is said where the telescope looks, and the receipt and the cache know it", async () => {
    const cache = join(root, `cache-${version}`);
    const asked = "20180715?format=ds9&ra=150.1&dec=-2.2&pa=250";
    const told = (await evaluate(`
import os
os.environ['FPLANE_CACHE'] = ${JSON.stringify(cache)}
r = get_fplane('sky.reg', '20180715', fmt='ds9', ra=150.1, dec=-2.2, pa=250.0)
text = fetch('20180715').receipt
plane = fetch('20180715', fmt='ds9').receipt
assert r['sha256'] == text['sha256'] == plane['sha256'] and 'pointing' not in plane
fetch('20180715', fmt='ds9', ra=150.1, dec=-2.2, pa=250, as_of=7)
os.environ['FPLANE_SERVER'] = ${JSON.stringify(url)}
kept = fetch('20180715', fmt='ds9', ra='150.1', dec='-2.2', pa='250', as_of=7, offline=True)
result = [r['filename'], r['pointing'], read('sky.reg'), kept.body]
for options in [dict(ra=1, dec=2, pa=3), dict(fmt='ds9', ra=1, dec=2), dict(fmt='ds9', ra=361, dec=2, pa=3),
                dict(fmt='ds9', ra=1, dec='x', pa=3), dict(fmt='ds9', ra=1, dec=2, pa=float('nan')),
                dict(fmt='ds9', ra=1, dec=2, pa=3, as_of=7)]:
    try:
        fetch('20180715', offline=True, **options)
    except FplaneError as e:
        result.append([e.code, e.message])`)) as unknown[];
    const here = await served(asked);
    expect(here).toContain("# the IHMP centre is at RA 150.1, Dec -2.2 (ICRS), the position angle is 250 ");
    expect(told).toEqual([
      "fplane20180715.reg",
      { ra: 150.1, dec: -2.2, pa: 250 },
      here,
      await served(`${asked}&as_of=7`),
      ["bad-parameter", expect.stringContaining("the format is txt")],
      ["bad-parameter", expect.stringContaining("given without pa")],
      ["bad-parameter", "ra is 361: it takes degrees, a number from 0 to 360"],
      ["bad-parameter", expect.stringContaining("dec is 'x'")],
      ["bad-parameter", expect.stringContaining("pa is nan")],
      ["unavailable", expect.stringContaining("no answer for 20180715")],
    ]);
    const env = { HOME: root, PATH: "", FPLANE_SERVER: url, FPLANE_CACHE: cache };
    const sky = ["--format", "ds9", "--ra", "150.1", "--dec=-2.2", "--pa", "250"];
    const fromTheOther = ["get", "20180715", ...sky, "--as-of", "7", "--offline", "-o", "-"];
    expect(await cli(fromTheOther, { env, cwd: root })).toMatchObject({
      code: 0,
      stdout: await served(`${asked}&as_of=7`),
    });
    expect(await command("get", "20180715", ...sky, "-o", "-")).toEqual({ code: 0, stdout: here, stderr: "" });
  });

  test("what is refused raises, with the code and the old wording, and leaves the file as it was", async () => {
    const told = await evaluate(`
result = []
pathlib.Path('old.txt').write_text('precious')
for options in [dict(datestr='20160101'), dict(datestr='20180230'), dict(datestr='20180715', strict=True),
                dict(as_of=99), dict(full=False, all_slots=True), dict(fmt='xml'), dict(server='http://localhost:1'),
                dict(datestr='20160101', fmt='csv'), dict(server='http://x:y@z/')]:
    try:
        get_fplane('old.txt', **options)
    except FplaneError as e:
        result.append([e.code, e.exit_code, str(e)[:90]])
assert read('old.txt') == 'precious'`);
    const failed = "Failed to retrieve fplane file, server responded with ";
    expect(told).toEqual([
      ["no-configuration", 3, expect.stringContaining(`${failed}404 Not Found: 2016`)],
      ["bad-date", 2, expect.stringContaining(`${failed}400 Bad Request: `)],
      ["unconfirmed", 5, expect.stringContaining(`${failed}422 `)],
      ["not-found", 3, expect.stringContaining(`${failed}404 Not Found: there`)],
      ["bad-parameter", 2, expect.stringContaining("choose one")],
      ["bad-parameter", 2, expect.stringContaining("fmt is")],
      ["unavailable", 6, expect.stringContaining("cannot be reached")],
      ["no-configuration", 3, expect.stringContaining(`${failed}404 Not Found: 2016`)],
      ["bad-parameter", 2, expect.stringContaining("address")],
    ]);
  });

  test("many dates come by one request, and one that fails does not lose the others", async () => {
    const asked: string[] = [];
    const before = site.lines.length;
    const [files, errors] = (await evaluate(`
receipts, failures = get_fplanes('many', ['20180715', '20180230', '2018-05-22T02:37:53', '20160101'], actpos=True)
result = [[r['path'] for r in receipts], [[f.datestr, f.error.code] for f in failures]]`)) as [string[], unknown];
    for (const line of site.lines.slice(before)) if (line["path"] !== undefined) asked.push(String(line["path"]));
    expect(asked).toEqual(["/fplanes"]);
    expect(files).toEqual(["many/fplane20180715.txt", "many/fplane2018-05-22T02:37:53.txt"]);
    expect(errors).toEqual([
      ["20180230", "bad-date"],
      ["20160101", "no-configuration"],
    ]);
    expect(await Bun.file(join(root, "many", "fplane20180715.txt")).text()).toBe(await served("20180715?actual_pos=1"));
  });

  test("a bundle answers as the server: every form of a date, every variant, many at once", async () => {
    const dates = [
      "20171001",
      "20171031",
      "20171215",
      "20160101",
      "20180311",
      "20181104",
      "20190515",
      "20190501v001",
      "MJD58500.3",
      "JD2458314.75",
      "20180522T023753.4",
      "2019-03-01T18:00:00Z",
      "2019-03-01T17:59:59.999999",
      "2019-03-02T02:59+09:00",
      "2018-06-30T23:59:60",
      "2018-02-29",
      "x",
    ];
    const same = await evaluate(`
bundle = Bundle.read('b')
dates = ${JSON.stringify(dates)}
def told(one):
    if isinstance(one, Answer):
        return [one.body, {k: v for k, v in one.receipt.items() if k not in ('server', 'pinned')}]
    code = one.error.code
    return [code, one.error.message if code == 'no-configuration' else '', one.valid_from, one.valid_until]
result = []
for options in ({}, {'actpos': True, 'full': False, 'night': 'ut'}, {'all_slots': True, 'strict': True, 'actpos': True}):
    for wanted in (dict(dates=dates), dict(from_='20170925', to='20171005'), dict(from_='20180310', to='20180313'), dict(from_='20170101', to='20200101', distinct=True), dict(distinct=True)):
        own = [told(one) for one in fetch_many(bundle=bundle, **dict(options, **wanted))]
        theirs = [told(one) for one in fetch_many(**dict(options, **wanted))]
        if 'strict' in options and 'distinct' in wanted:
            own, theirs = [one[:2] for one in own], [one[:2] for one in theirs]
        for a, b in zip(own, theirs):
            if a != b:
                result.append([options, wanted, a, b])
        assert len(own) == len(theirs), (options, wanted)`);
    expect((same as unknown[]).slice(0, 1)).toEqual([]);
  });

  test("a tag's bundle gives configurations up to its horizon, and refuses a span that ends after it or is empty", async () => {
    const tagged = (await Bun.file(join(root, "b")).text())
      .replace('"tag":null', '"tag":"dr1"')
      .replace('"horizon":null', '"horizon":"2019-04-01T17:00:00Z"');
    const content = tagged.slice(0, tagged.lastIndexOf("\n", tagged.length - 2) + 1);
    const digest = new Bun.CryptoHasher("sha256").update(content).digest("hex");
    await Bun.write(join(root, "dr1"), `${content}${JSON.stringify({ end: { lines: 1, sha256: digest } })}\n`);
    const codes = await evaluate(`
bundle = Bundle.read('dr1')
def codes(to, **options):
    try:
        return len(list(fetch_many(bundle=bundle, from_='20190301', to=to, distinct=True, **options)))
    except FplaneError as error:
        return error.code
result = [codes('20190401'), codes('20190402'), codes('20190402', as_of=bundle.revision), codes('20190301')]`);
    expect(codes).toEqual([expect.any(Number), "beyond-horizon", expect.any(Number), "bad-parameter"]);
  });

  test("the strict parser returns the rows, and names the line that is not as it should be", async () => {
    const text = await served("20190715");
    await Bun.write(join(root, "plane.txt"), text);
    const rows = (await evaluate("result = [row._asdict() for row in parse_fplane(read('plane.txt'))]")) as Record<
      string,
      unknown
    >[];
    const lines = text.split("\n").slice(5, -1);
    expect(rows.map(({ active, ifuslot }) => `${active ? "" : "#"}${ifuslot}`)).toEqual(
      lines.map((line) => line.split("\t")[0] ?? ""),
    );
    expect(rows[0]).toEqual({
      ifuslot: "000",
      x: 0,
      y: 0,
      specid: "900",
      specslot: "900",
      ifuid: "900",
      ifurot: 0,
      platesc: 1,
      active: true,
    });
    const faulty: readonly (readonly [string, string])[] = [
      [text.slice(0, -1), "newline"],
      [`${text}\n`, "line 104"],
      [text.replace("\n014", "\n\n014"), "line 8"],
      [`\uFEFF${text}`, "line 1"],
      [text.replaceAll("\n", "\r\n"), "line 1"],
      [text.replace("\n000\t", "\n 000\t").replace("\n#0", "\n #0"), "is not three digits"],
      [text.replace(/\t1\.000\n/, "\t1.000\tS/N\n"), "line 6: 9 fields"],
      [text.replace("\t602\t", "\tN/A\t"), "'N/A' is not three digits"],
      [text.replace("\t602\t", "\t601\t").replace("\t600\t", "\t601\t"), "SPECID 601 stands in line"],
      [text.replace("\n015\t", "\n016\t"), "seat 016 stands in line"],
      [text.replace("\n015\t", "\n999\t"), "there is no seat 999"],
      [text.replace(/\t *-?\d+\.\d{3}\t/, "\tnan\t"), "'nan' is no number"],
      ["# nothing\n", "no row"],
    ];
    await Bun.write(join(root, "faulty.json"), JSON.stringify(faulty.map(([one]) => one)));
    const told = await evaluate(`
result = []
for text in json.loads(read('faulty.json')):
    try:
        parse_fplane(text)
        result.append('was taken')
    except FplaneError as e:
        result.append(str(e))`);
    expect(told).toEqual(faulty.map(([, part]) => expect.stringContaining(part)));
  });

  test("an answer that breaks off, also between two lines, is no answer", async () => {
    const line = await (await fetch(`${url}/fplanes?from=20180715&to=20180716&nights=1`)).text();
    const text = await served("20180715");
    for (const [sent, call] of [
      [line, "list(fetch_many(from_='20180715', to='20180718', server=S))"],
      [`${line}{"datestr"`, "list(fetch_many(from_='20180715', to='20180718', server=S))"],
      [text, "fetch('20180715', server=S)"],
    ] as const) {
      const size = Buffer.byteLength(sent).toString(16);
      const broken = Bun.listen({
        hostname: "localhost",
        port: 0,
        socket: {
          data: (socket) =>
            void socket.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${size}\r\n${sent}\r\n`),
        },
      });
      const code = `
S = 'http://localhost:${broken.port}'
try:
    ${call}
except FplaneError as e:
    result = e.code`;
      expect(await evaluate(code)).toBe("unavailable");
      broken.stop(true);
    }
  });

  test("a server cannot say that a file is called what is written elsewhere", async () => {
    const text = await (await fetch(`${url}/fplanes?from=20180715&to=20180716&nights=1`)).text();
    const entry = { ...JSON.parse(text), filename: "../evil.txt" };
    const other = Bun.serve({ port: 0, fetch: () => new Response(`${JSON.stringify(entry)}\n`) });
    const code = `
try:
    get_fplanes('evil', from_='20180715', to='20180716', server='http://localhost:${other.port}')
except FplaneError as e:
    result = [e.code, str(e)]`;
    const told = expect.stringContaining('"../evil.txt" is no name of a focal-plane file');
    expect(await evaluate(code)).toEqual(["unavailable", told]);
    await other.stop(true);
  });

  test("as a command it has the flags, the words and the exit codes of fplane get", async () => {
    expect(await command("get", "20180715", "-p", "-s", "-o", "-")).toEqual({
      code: 0,
      stdout: await served("20180715?actual_pos=1&full_fplane=0"),
      stderr: "",
    });
    const told = "c.txt: valid from 2018-01-01T18:00:00Z until 2019-03-01T18:00:00Z, revision 7\n";
    expect(await command("get", "20180715", "-o", "c.txt")).toEqual({ code: 0, stdout: "", stderr: told });
    const receipt = JSON.parse((await command("get", "20180715", "-o", "c.txt", "--json")).stdout);
    expect(receipt).toMatchObject({ datestr: "20180715", path: "c.txt" });
    const folder = `nights-${version}`;
    expect(await command("get", "--from", "20171230", "--to", "20180103", "-d", folder)).toMatchObject({ code: 3 });
    expect((await readdir(join(root, folder))).sort()).toEqual(["fplane20180101.txt", "fplane20180102.txt"]);
    expect(await command("bundle", "-o", "b2")).toMatchObject({ code: 0 });
    expect(await Bun.file(join(root, "b2")).text()).toBe(await Bun.file(join(root, "b")).text());
    expect((await command("get", "--bundle", "b2", "20190515", "-o", "-")).stdout).toBe(await served("20190515"));
    expect(JSON.parse((await command("rows", "c.txt")).stdout)).toHaveLength(98);
    expect(await command("--version")).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: "" });
    for (const [args, exit] of [
      [["get", "20180230"], 2],
      [["get", "20160101"], 3],
      [["get", "20180715", "--strict"], 5],
      [["get", "--server", "http://localhost:1"], 6],
      [["get", "20180715", "--from", "20180101"], 2],
      [["get", "20180715", "-o", "no/such/file"], 2],
      [["get", "20180715", "--ra", "1", "--dec", "2", "--pa", "3"], 2],
      [["get", "--from", "20180101", "--format", "ds9", "--ra", "1", "--dec", "2", "--pa", "3"], 2],
      [["get", "20180715", "--as-of", ""], 2],
      [["get", "--from", ""], 2],
      [["get", "20180715", "-o", "a.txt", "--output", "b.txt"], 2],
      [["get", "20180715", "--format", "json", "--format", "csv"], 2],
      [["get", "20180715", "--server", "ftp://example.org"], 2],
      [["get", "--dates", "/dev/null"], 2],
      [["rows", "fplane.py"], 2],
      [["rows", "nothing"], 2],
      [["bundle"], 2],
      [["get", "--bundle", "fplane.py"], 2],
      [[], 2],
    ] as const) {
      expect({ args, code: (await command(...args)).code }).toEqual({ args, code: exit });
    }
  });
});
