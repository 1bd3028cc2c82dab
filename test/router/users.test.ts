import { beforeAll, expect, test } from "bun:test";
import { ROLES, type Role } from "../../src/domain/role.ts";
import { addUser } from "../../src/service/users.ts";
import { describeOnEngines } from "../support/engines.ts";
import { ADMIN, observatory, testApp } from "../support/observatory.ts";
import { as, type Site, STARTING } from "../support/site.ts";
import { clientOf, refusal, type TypedClient } from "../support/typed-client.ts";

/** The users of one test, a name and a key for each role. */
type Cast = Readonly<Record<Role, { readonly username: string; readonly key: string }>>;
type Verb = (client: TypedClient["users"], cast: Cast) => Promise<unknown>;

const PERSON = { firstName: "Nell", lastName: "New", email: "nell@example.org" } as const;
const ADMINS = { updater: "forbidden", curator: "forbidden", admin: null } as const;

/** Each verb, and what each role gets: null where it is done. Nobody does any. */
const MATRIX: readonly (readonly [what: string, verb: Verb, outcomes: Readonly<Record<Role, string | null>>])[] = [
  ["add a user", (users, { updater }) => users.add.mutate({ ...PERSON, username: `${updater.username}-nell` }), ADMINS],
  ["list the users", (users) => users.list.query(), ADMINS],
  ["see the key of an updater", (users, { updater }) => users.key.query(updater), { ...ADMINS, updater: null }],
  ["see the key of a curator", (users, { curator }) => users.key.query(curator), { ...ADMINS, curator: null }],
  ["see the key of an admin", (users, { admin }) => users.key.query(admin), ADMINS],
  ["see the key of no user", (users) => users.key.query({ username: "x" }), { ...ADMINS, admin: "not-found" }],
  ["rotate the key of an updater", (users, { updater }) => users.rotate.mutate(updater), { ...ADMINS, updater: null }],
  ["rotate the key of a curator", (users, { curator }) => users.rotate.mutate(curator), { ...ADMINS, curator: null }],
  ["disable a curator", (users, { curator }) => users.disable.mutate(curator), ADMINS],
  ["enable an updater", (users, { updater }) => users.enable.mutate(updater), ADMINS],
  ["make an updater admin", (users, { updater }) => users.setRole.mutate({ ...updater, role: "admin" }), ADMINS],
  ["make a curator updater", (users, { curator }) => users.setRole.mutate({ ...curator, role: "updater" }), ADMINS],
];

describeOnEngines("users", (engine) => {
  let site: Pick<Site, "deps" | "app" | "lines">;
  let casts = 0;
  beforeAll(async () => {
    const deps = observatory((await engine.open()).store);
    site = { deps, ...testApp(deps) };
  }, STARTING);

  const newCast = async (): Promise<Cast> => {
    casts += 1;
    const member = async (role: Role) => {
      const username = `${role}${casts}`;
      return { username, ...(await addUser(site.deps, ADMIN, { ...PERSON, username, role })) };
    };
    return { updater: await member("updater"), curator: await member("curator"), admin: await member("admin") };
  };
  const named = ({ username }: { readonly username: string }) => ({ username });
  const names = ({ updater, curator, admin }: Cast) =>
    ({ updater: named(updater), curator: named(curator), admin: named(admin) }) as unknown as Cast;
  const outcomeOf = async (verb: Verb, cast: Cast, key?: string) => {
    const call = verb(clientOf(site, key).users, names(cast));
    return await call.then(
      () => null,
      () => refusal(call).then(({ code }) => code),
    );
  };
  const usersOf = (key: string) => clientOf(site, key).users;

  test.each(MATRIX)("who may %s", async (_what, verb, outcomes) => {
    const cast = await newCast();
    expect(await outcomeOf(verb, cast)).toBe("no-key");
    expect(await outcomeOf(verb, cast, "0".repeat(48))).toBe("unknown-key");
    for (const role of ROLES) {
      expect([role, await outcomeOf(verb, cast, cast[role].key)]).toEqual([role, outcomes[role]]);
    }
  });

  test("a new user is an updater, can be used at once, and is listed without its key", async () => {
    const { admin } = await newCast();
    const { key } = await usersOf(admin.key).add.mutate({ ...PERSON, username: "nell" });
    expect(key).toMatch(/^[0-9a-f]{48}$/);
    const listed = await usersOf(admin.key).list.query();
    expect(listed.find(({ username }) => username === "nell")).toEqual({
      ...PERSON,
      username: "nell",
      role: "updater",
      enabled: true,
      keyExpiresAt: null,
      previousKeyUntil: null,
      lastUsedAt: null,
      lastUsedFrom: null,
    });
    expect(await usersOf(key).key.query({ username: "nell" })).toEqual({ key });
    expect(JSON.stringify(listed)).not.toContain(key);
  });

  test("a rotated key replaces the old one", async () => {
    const { updater, admin } = await newCast();
    const { key } = await usersOf(updater.key).rotate.mutate(named(updater));
    expect(key).not.toBe(updater.key);
    expect((await refusal(usersOf(updater.key).key.query(named(updater)))).code).toBe("unknown-key");
    expect(await usersOf(admin.key).key.query(named(updater))).toEqual({ key });
  });

  test("a disabled user can do nothing until it is enabled", async () => {
    const { curator, admin } = await newCast();
    expect(await usersOf(admin.key).disable.mutate(named(curator))).toMatchObject({ enabled: false });
    expect(await refusal(usersOf(curator.key).key.query(named(curator)))).toMatchObject({
      code: "user-disabled",
      httpStatus: 403,
    });
    expect(await usersOf(admin.key).enable.mutate(named(curator))).toMatchObject({ enabled: true });
    expect(await usersOf(curator.key).key.query(named(curator))).toEqual({ key: curator.key });
  });

  test("the last admin can be neither disabled nor given another role", async () => {
    const deps = observatory((await engine.open()).store);
    const { key } = await addUser(deps, ADMIN, { ...PERSON, username: "ada", role: "admin" });
    const { users } = clientOf(testApp(deps), key);
    expect(await refusal(users.disable.mutate({ username: "ada" }))).toMatchObject({
      code: "conflict",
      httpStatus: 409,
    });
    expect((await refusal(users.setRole.mutate({ username: "ada", role: "updater" }))).code).toBe("conflict");
  });

  const add = async (input: object) => {
    const { admin } = await newCast();
    return await refusal(usersOf(admin.key).add.mutate({ ...PERSON, username: "new", ...input } as never));
  };

  test.each([
    [{ username: "" }, "is no username"],
    [{ username: "a b" }, "is no username"],
    [{ username: "../ada" }, "is no username"],
    [{ username: "a\u0000" }, "is no username"],
    [{ username: "x".repeat(65) }, "is no username"],
    [{ username: 7 }, "username: "],
    [{ email: "nowhere" }, "email: "],
    [{ role: "owner" }, "role: "],
    [{ key: "mine" }, 'the input: Unrecognized key: "key"'],
    [{ firstName: undefined }, "firstName: "],
    [{ firstName: "Ne\u0000ll" }, "firstName"],
    [{ lastName: "\u001b[31m" }, "lastName"],
  ])("a user like %j is refused as bad-parameter", async (input, said) => {
    const refused = await add(input);
    expect(refused).toMatchObject({ code: "bad-parameter", httpStatus: 400 });
    expect(refused.message).toContain(said);
    expect(refused.message.length).toBeLessThan(300);
  });

  test("a name that is taken already exists", async () => {
    const { updater, admin } = await newCast();
    const again = usersOf(admin.key).add.mutate({ ...PERSON, username: updater.username });
    expect(await refusal(again)).toMatchObject({ code: "already-exists", httpStatus: 409 });
  });

  test.each(["a\u0000", "x".repeat(2000), "'; drop table app_user; --", "\ud800"])(
    "the name of nobody (%#) is not-found, by every verb",
    async (username) => {
      const { admin } = await newCast();
      const { key, rotate, enable, disable, setRole } = usersOf(admin.key);
      const calls: readonly (() => Promise<unknown>)[] = [
        () => key.query({ username }),
        () => rotate.mutate({ username }),
        () => enable.mutate({ username }),
        () => disable.mutate({ username }),
        () => setRole.mutate({ username, role: "curator" }),
      ];
      for (const call of calls) {
        const refused = await refusal(call());
        expect(refused).toMatchObject({ code: "not-found", httpStatus: 404 });
        expect(refused.message.length).toBeLessThan(200);
      }
    },
  );

  test("an answer with a key may be kept by nobody", async () => {
    const { updater } = await newCast();
    const input = encodeURIComponent(JSON.stringify(named(updater)));
    const response = await site.app.request(`/trpc/users.key?input=${input}`, { headers: as(updater.key) });
    expect(await response.text()).toContain(updater.key);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });
});
