import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runHere } from "../support/fake-terminal.ts";
import { fitsFile } from "../support/fits.ts";
import { startLivePlane } from "../support/live-plane.ts";
import type { LiveServer } from "../support/live-server.ts";

// A server's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

/** Revision 3 corrects what seat 013 held in the nights of 2018-03-01 to 03. */
const CORRECTION = ["--slot", "013", "--from", "20180301", "--until", "20180304", "--set", "specid=999,ifuid=990"];

let server: LiveServer;
beforeAll(async () => {
  server = await startLivePlane();
  const acts = [["correct", ...CORRECTION, "--reason", "headers of March", "--commit"]];
  for (const act of acts) {
    const { code, stderr } = await fplane(act);
    if (code !== 0) throw new Error(stderr);
  }
});
afterAll(() => server.stop());

const fplane = (args: readonly string[], stdin = "") => runHere(args, { env: server.env, stdin });
/** Without any key: reading is public. */
const read = (...args: string[]) => runHere(args, { env: { FPLANE_SERVER: server.url } });
const rows = (text: string): string[][] => text.split("\n").map((line) => line.split(/ {2,}/));

describe("identify", () => {
  test("says which variant, span and revisions gave a file", async () => {
    const file = join(server.directory, "mine.txt");
    await read("get", "20180301", "-s", "-o", file);
    const { code, stdout } = await read("identify", file);
    expect(code).toBe(0);
    const [heading, found] = rows(stdout);
    expect(heading).toEqual(["LAYOUT", "POSITIONS", "FROM", "UNTIL", "FIRST REVISION", "LAST REVISION"]);
    expect(found).toEqual(["short", "nominal", "2018-03-01T18:00:00Z", "2018-03-04T18:00:00Z", "3", "newest"]);
    const text = await Bun.file(file).text();
    const piped = await fplane(["identify", "-", "--json"], text);
    expect(JSON.parse(piped.stdout)[0]).toMatchObject({ layout: "short", revisions: { from: 3, until: null } });
    expect(await fplane(["identify", "-"], text.replace("\n", "\r\n"))).toMatchObject({ code: 3, stdout: "" });
    expect(await read("identify", "/no/such/file")).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("check", () => {
  const LIST = `20180302T043210.5_013LU_sci.fits 13 999 111 990
20180305T043210.5_013LU_sci.fits 13 999 111 082
20180306T043210.5_013LU_sci.fits 13 999 111 082
`;

  test("leaves a log to which it is appended as it was when there is nothing to print", async () => {
    const log = join(server.directory, "night.log");
    await Bun.write(join(server.directory, "frame.txt"), LIST.split("\n")[0] ?? "");
    const script = `(echo before; "$0" "$1" check frame.txt; echo after) > night.log`;
    const program = join(import.meta.dir, "..", "..", "bin", "fplane.ts");
    const child = Bun.spawn(["sh", "-c", script, process.execPath, program], {
      cwd: server.directory,
      env: { ...process.env, FPLANE_SERVER: server.url, FPLANE_APIKEY: "" },
      stderr: "ignore",
    });
    await child.exited;
    expect(await Bun.file(log).text()).toBe("before\nafter\n");
  });

  test("exits with 0 when all frames agree", async () => {
    const agreeing = LIST.split("\n")[0] ?? "";
    expect(await fplane(["check", "-"], agreeing)).toEqual({
      code: 0,
      stdout: "",
      stderr: "1 frame checked against revision 3: all agree\n",
    });
  });

  test("exits with 5 when some disagree, and proposes corrections that a preview takes", async () => {
    const { code, stdout, stderr } = await fplane(["check", "-"], LIST);
    expect({ code, stderr }).toEqual({ code: 5, stderr: "3 frames checked against revision 3: 2 disagree\n" });
    const [first, , proposal = ""] = stdout.split("\n");
    expect(first).toBe(
      "20180305T043210.5_013LU_sci.fits  seat 013 at 2018-03-05T04:32:10.5Z: SPECID 999 in the header, 600 recorded",
    );
    expect(proposal).toBe(
      'fplane correct --slot 013 --from 2018-03-04 --until 2018-03-06 --set specid=999 --reason "..."',
    );
    const words = proposal.replaceAll('"', "").split(" ").slice(1);
    expect((await fplane(words)).stdout).toContain("\n  013  SPECID 600 -> 999\n2 nights to reduce again");
  });

  test("reads FITS files, also against what was known then", async () => {
    const cards = { IFUSLOT: "13", SPECID: "999", SSA: "'111'", IFUID: "'990'", "DATE-OBS": "'2018-03-02'" };
    const file = join(server.directory, "frame.fits");
    await Bun.write(file, fitsFile({ ...cards, UT: "'04:32:10.5'" }));
    expect(await read("check", file)).toMatchObject({ code: 0 });
    const then = await read("check", "--as-of", "2", "--json", file, file);
    expect(then.code).toBe(5);
    expect(JSON.parse(then.stdout)).toMatchObject({ checked: 2, disagreements: [{ frame: { file } }, {}] });
  });

  test.each([[["check"]], [["check", "/no/such/file"]], [["check", "-"]]])(
    "%j is refused with exit code 2",
    async (args) => {
      expect(await fplane(args, "13 no list\n")).toMatchObject({ code: 2, stdout: "" });
    },
  );
});
