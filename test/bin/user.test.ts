import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { cli } from "../support/cli.ts";
import { type LiveServer, startLiveServer } from "../support/live-server.ts";

// Each command is a program of its own, and a server's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

let server: LiveServer;
beforeAll(async () => {
  server = await startLiveServer();
});
afterAll(() => server.stop());

const KEY = /^[0-9a-f]{48}\n$/;
const asAdmin = (...args: string[]) => cli(["user", ...args], { env: server.env });
const withKey = (key: string, ...args: string[]) =>
  cli(args, { env: { FPLANE_SERVER: server.url, FPLANE_APIKEY: key } });
const add = (name: string, ...flags: string[]) =>
  asAdmin("add", "-u", name, "-e", `${name}@example.org`, ...flags, "Ada", "Lovelace");

describe("user", () => {
  test("add prints the key and nothing else; key shows it again", async () => {
    const added = await add("ada");
    expect(added).toMatchObject({ code: 0, stderr: "" });
    expect(added.stdout).toMatch(KEY);
    expect(await asAdmin("key", "ada")).toEqual(added);
    expect(await withKey(added.stdout.trim(), "user", "key", "ada")).toEqual(added);
  });

  test("a name that is taken is exit code 5", async () => {
    await add("bob");
    expect(await add("bob")).toMatchObject({ code: 5, stdout: "", stderr: "fplane: there is already a user bob\n" });
  });

  test.each([
    [["add", "-u", "no blanks", "-e", "x@example.org", "A", "B"], 2],
    [["add", "-u", "eve", "-e", "no address", "A", "B"], 2],
    [["add", "-u", "eve", "-e", "eve@example.org", "--role", "root", "A", "B"], 2],
    [["role", "admin", "root"], 2],
    [["key", "nobody"], 3],
    [["rotate", "nobody"], 3],
    [["disable", "admin"], 5],
    [["role", "admin", "updater"], 5],
  ])("%j is refused with exit code %i", async (args, code) => {
    const refused = await asAdmin(...args);
    expect(refused).toMatchObject({ code, stdout: "" });
    expect(refused.stderr).toStartWith("fplane: ");
  });

  test("list is a table, or JSON, and shows no key", async () => {
    const key = (await add("carl", "--role", "curator")).stdout.trim();
    const { stdout } = await asAdmin("list");
    expect(stdout).toMatch(/^USER +ROLE +STATE +EXPIRES +LAST USED +EMAIL +NAME\n/);
    expect(stdout).toMatch(/^carl +curator +enabled +never +never +carl@example.org +Ada Lovelace$/m);
    const json = await asAdmin("list", "--json");
    expect(JSON.parse(json.stdout)).toContainEqual({
      username: "carl",
      role: "curator",
      enabled: true,
      firstName: "Ada",
      lastName: "Lovelace",
      email: "carl@example.org",
      keyExpiresAt: null,
      previousKeyUntil: null,
      lastUsedAt: null,
      lastUsedFrom: null,
    });
    expect(stdout + json.stdout).not.toContain(key);
  });

  test("a disabled user is kept out until enabled, with the same key", async () => {
    const key = (await add("dora")).stdout.trim();
    const own = () => withKey(key, "user", "key", "dora");
    expect((await asAdmin("disable", "dora")).stderr).toBe("dora is disabled, with the role updater\n");
    expect(await own()).toMatchObject({ code: 4, stdout: "" });
    expect(await asAdmin("enable", "dora")).toMatchObject({ code: 0, stdout: "" });
    expect(await own()).toMatchObject({ code: 0, stdout: `${key}\n` });
  });

  test("rotate prints the new key, and the old one is refused", async () => {
    const old = (await add("emil")).stdout.trim();
    const rotated = await asAdmin("rotate", "emil");
    expect(rotated.code).toBe(0);
    expect(rotated.stdout).toMatch(KEY);
    expect(rotated.stdout.trim()).not.toBe(old);
    expect(await withKey(old, "user", "key", "emil")).toMatchObject({ code: 4 });
    expect(await withKey(rotated.stdout.trim(), "user", "key", "emil")).toMatchObject({ code: 0 });
  });

  test("rotate --grace leaves the old key valid for a while", async () => {
    const old = (await add("gwen")).stdout.trim();
    const rotated = (await asAdmin("rotate", "gwen", "--grace", "1h")).stdout.trim();
    for (const key of [old, rotated]) {
      expect((await withKey(key, "user", "key", "gwen")).stdout).toBe(`${rotated}\n`);
    }
    const [gwen] = JSON.parse((await asAdmin("list", "--json")).stdout).filter(
      ({ username }: { username: string }) => username === "gwen",
    );
    expect(gwen.previousKeyUntil).toMatch(/^\d{4}-.*Z$/);
    expect(gwen.lastUsedAt).toMatch(/^\d{4}-.*Z$/);
    expect(gwen.lastUsedFrom).toMatch(/^(127\.0\.0\.1|::1)$/);
    expect(await asAdmin("rotate", "gwen", "--grace", "soon")).toMatchObject({ code: 2, stdout: "" });
  });

  test("add --expires and rotate --expires end a key, and list shows when", async () => {
    await add("hans", "--expires", "20990101");
    expect((await asAdmin("list")).stdout).toMatch(/^hans +updater +enabled +2099-01-01T18:00:00Z +never /m);
    await asAdmin("rotate", "hans", "--expires", "2098-01-01T00:00:00");
    expect((await asAdmin("list")).stdout).toMatch(/^hans +updater +enabled +2098-01-01T00:00:00Z /m);
    expect(await add("ida", "--expires", "20200101")).toMatchObject({ code: 2, stdout: "" });
  });

  test("role changes what a user may do", async () => {
    const key = (await add("fay")).stdout.trim();
    expect(await withKey(key, "user", "list")).toMatchObject({ code: 4, stdout: "" });
    expect((await asAdmin("role", "fay", "admin")).stderr).toBe("fay is enabled, with the role admin\n");
    expect(await withKey(key, "user", "list")).toMatchObject({ code: 0 });
  });

  test("without a key it is exit code 4, and says that one is needed", async () => {
    const { code, stderr } = await cli(["user", "list"], { env: { FPLANE_SERVER: server.url } });
    expect(code).toBe(4);
    expect(stderr).toContain("key");
  });

  test("an environment variable that is empty is as good as none", async () => {
    const env = { FPLANE_SERVER: server.url, FPLANE_APIKEY: "", FPLANE_APIKEY_FILE: "" };
    expect(await cli(["user", "list"], { env })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("needs a key"),
    });
    const { stderr } = await cli(["get", "20180715", "-o", "-"], { env: { ...env, FPLANE_SERVER: "" } });
    expect(stderr).not.toContain("is no address of a server");
  });

  test("the key comes from --key-file or FPLANE_APIKEY_FILE, whatever stands after it", async () => {
    const file = join(server.directory, "key-with-blanks");
    await Bun.write(file, `${server.adminKey} \r\n\n`);
    await chmod(file, 0o600);
    const byFlag = await cli(["user", "list", "--server", server.url, "--key-file", file]);
    expect(byFlag).toMatchObject({ code: 0 });
    const env = { FPLANE_SERVER: server.url, FPLANE_APIKEY_FILE: file };
    expect(await cli(["user", "list"], { env })).toEqual(byFlag);
  });

  test("--key-file wins over FPLANE_APIKEY", async () => {
    const file = join(server.directory, "admin.key");
    const env = { FPLANE_SERVER: server.url, FPLANE_APIKEY: "0".repeat(48) };
    expect(await cli(["user", "list", "--key-file", file], { env })).toMatchObject({ code: 0 });
    expect(await cli(["user", "list"], { env })).toMatchObject({ code: 4 });
  });
});
