import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { renderFplane } from "../../src/domain/files/fplane-file.ts";
import { ROLES, type Role } from "../../src/domain/role.ts";
import { DAY, instantText, later } from "../../src/domain/time/instant.ts";
import { type Listening, listen } from "../../src/server/listen.ts";
import { addHold } from "../../src/service/holds.ts";
import { updateConfig } from "../../src/service/update-config.ts";
import { addUser, setUserEnabled } from "../../src/service/users.ts";
import { cli } from "../support/cli.ts";
import { everyCommand } from "../support/commands.ts";
import { describeOnEngines, type Engine } from "../support/engines.ts";
import { runHere } from "../support/fake-terminal.ts";
import { temporaryDirectory } from "../support/live-server.ts";
import { ADMIN, CURATOR, statusNow, UPDATER } from "../support/observatory.ts";
import { nominal, openSite, PLANE, type Site, STARTING, unitsOfToday } from "../support/site.ts";
import { newestRevision } from "../support/verbs.ts";

/** Who asks. The disabled user and the one whose key has expired are administrators. */
const CALLERS = ["nobody", "wrong key", ...ROLES, "disabled", "expired"] as const;
type Caller = (typeof CALLERS)[number];

/**
 * Who may: whoever may read; a role and those above it; the updater itself and administrators; `own key`: anybody, but a
 * key that is sent has to be good. Commands `here` ask no server, those `of the server` are for whoever may log in as its user.
 */
type Access = "reading" | Role | "updater itself" | "own key";

/** A command line that would change the record if it were let through, where the command changes anything. */
type Row = {
  readonly access: Access;
  readonly args: readonly string[];
  /** The exit code for the first who may. */
  readonly code?: number;
  readonly stdin?: string;
};

const REASON = ["--reason", "test"];
const COMMIT = [...REASON, "--commit"];
const OUT = ["--output", "-"];

const COMMANDS: Readonly<Record<string, Row>> = {
  get: { access: "reading", args: ["20180715", ...OUT] },
  bundle: { access: "reading", args: OUT },
  show: { access: "reading", args: ["20180715"] },
  diff: { access: "reading", args: ["20180715", "20190715"] },
  history: { access: "reading", args: ["--slot", "013"] },
  blame: { access: "reading", args: ["20180715"] },
  log: { access: "reading", args: [] },
  changes: { access: "reading", args: ["--from-rev", "4"] },
  status: { access: "reading", args: [] },
  doctor: { access: "own key", args: ["--queue-dir", "NO QUEUE"] },
  check: { access: "reading", args: ["-"], stdin: "20180715T032321.5_013_sci.fits 13 600 111 82\n" },
  identify: { access: "reading", args: ["FILE"] },
  update: { access: "updater", args: ["--file", "-", "--commit"], stdin: "STATUS" },
  import: { access: "curator", args: ["FILE", "--from", "20160101", "--until", "20160201", ...COMMIT] },
  correct: {
    access: "curator",
    args: ["--slot", "013", "--from", "20180301", "--until", "20180302", "--set", "specid=999", ...COMMIT],
  },
  retract: { access: "curator", args: ["--slot", "014", "--from", "20180301", "--until", "20180302", ...COMMIT] },
  revert: { access: "curator", args: ["5", ...COMMIT] },
  positions: {
    access: "curator",
    args: ["-", "--from", "20180401", "--until", "20180402", ...COMMIT],
    stdin: "013 -450.100 150.100\n",
  },
  "hold add": { access: "curator", args: ["--slot", "015", "--from", "20180101", ...COMMIT] },
  "hold list": { access: "reading", args: [] },
  "hold release": { access: "curator", args: ["HOLD", ...COMMIT] },
  "tag add": { access: "curator", args: ["dr1"] },
  "tag list": { access: "reading", args: [] },
  "quarantine list": { access: "reading", args: [] },
  "quarantine release": { access: "curator", args: ["UPLOAD 1", ...COMMIT] },
  "quarantine discard": { access: "curator", args: ["UPLOAD 2", ...REASON] },
  "user add": { access: "admin", args: ["-u", "new", "-e", "new@example.org", "New", "User"] },
  "user list": { access: "admin", args: [] },
  "user key": { access: "updater itself", args: ["cron"] },
  "user rotate": { access: "updater itself", args: ["cron", "--grace", "24h"] },
  "user disable": { access: "admin", args: ["victim"] },
  "user enable": { access: "admin", args: ["victim"] },
  "user role": { access: "admin", args: ["victim", "curator"] },
};

/** They open the database or its journal themselves: nobody is asked for a key. */
const OF_THE_SERVER = ["init", "serve", "migrate", "export", "restore", "verify", "keys reseal"];
/** They ask nobody. */
const HERE = ["completions", "man"];

/** They change nothing, though not everybody may read it. */
const READ_BY_FEW = ["user list", "user key"];

type Prepared = {
  readonly site: Site;
  readonly keys: Readonly<Record<Caller, string | null>>;
  readonly directory: string;
  /** What stands in capitals in the table: it is not known before there is a record to change. */
  readonly known: Readonly<Record<string, string>>;
};

/** The exit codes, caller by caller: 4 for who may not, null for who may. */
function expected(access: Access, publicRead: boolean): Record<Caller, 4 | null> {
  const all = Object.fromEntries(CALLERS.map((caller) => [caller, null])) as Record<Caller, 4 | null>;
  if (access === "reading" && publicRead) return all;
  const keyed = { ...all, nobody: 4, "wrong key": 4, disabled: 4, expired: 4 } as const;
  if (access === "reading") return keyed;
  if (access === "own key") return { ...keyed, nobody: null };
  if (access === "updater itself") return { ...keyed, curator: 4 };
  const below = ROLES.slice(0, ROLES.indexOf(access));
  return { ...keyed, ...Object.fromEntries(below.map((role) => [role, 4])) };
}

/** What each command needs to do its work: users of every kind, a hold, two statuses in quarantine, a file. */
async function prepare(engine: Engine, publicRead: boolean): Promise<Prepared> {
  const site = await openSite(engine, { publicRead });
  const { deps } = site;
  const person = { role: "admin", firstName: "T", lastName: "T", email: "t@example.org" } as const;
  await addUser(deps, ADMIN, { ...person, username: "victim", role: "updater" });
  const disabled = await addUser(deps, ADMIN, { ...person, username: "dis" });
  await setUserEnabled(deps, ADMIN, "dis", false);
  const expired = await addUser(deps, ADMIN, {
    ...person,
    username: "exp",
    expires: instantText(later(deps.clock(), DAY)),
  });
  deps.testClock.set(new Date().toISOString()); // that of the command line, which cannot be moved
  const { hold } = await addHold(deps, CURATOR, { ifuslots: ["016"], from: "20190101", reason: "test", commit: true });
  const uploads: number[] = [];
  for (const lost of [2, 3]) {
    const config = statusNow(deps, unitsOfToday().slice(lost));
    const narrow = { ...deps, gate: { changedShare: 0, lostUnits: 0 } };
    const sent = updateConfig(narrow, UPDATER, {
      config,
      commit: true,
      datestr: undefined,
      actualPositions: false,
      layout: "full",
    });
    await expect(sent).rejects.toMatchObject({ code: "quarantined" });
    uploads.push(await newestRevision(deps));
    deps.testClock.advance(DAY / 86_400);
  }
  const directory = await temporaryDirectory();
  const file = join(directory, "plane.txt");
  await Bun.write(file, renderFplane(nominal(PLANE), "full"));
  const keys = {
    nobody: null,
    "wrong key": "0".repeat(48),
    ...site.keys,
    disabled: disabled.key,
    expired: expired.key,
  };
  const known = {
    FILE: file,
    "NO QUEUE": join(directory, "no-queue"),
    STATUS: JSON.stringify(statusNow(deps, unitsOfToday())),
    HOLD: String(hold),
    "UPLOAD 1": String(uploads[0]),
    "UPLOAD 2": String(uploads[1]),
  };
  return { site, keys, directory, known };
}

describeOnEngines("who may do what on the command line", (engine) => {
  if (engine.name !== "embedded") return; // who may is decided before any database is asked
  describe.each([true, false])("where reading is public: %p", (publicRead) => {
    let prepared: Prepared;
    let server: Listening;
    beforeAll(async () => {
      prepared = await prepare(engine, publicRead);
      server = listen(prepared.site.app, { SERVER_URL: { host: "localhost", port: 0 } });
    }, STARTING);
    afterAll(() => server.stop());

    /** Each caller has a queue of its own, so that what is refused of one is not sent by another. */
    const environment = (caller: Caller) => ({
      FPLANE_SERVER: server.url,
      FPLANE_CACHE: "off",
      FPLANE_QUEUE_DIR: join(prepared.directory, `queue of ${caller}`),
      ...(prepared.keys[caller] === null ? {} : { FPLANE_APIKEY: prepared.keys[caller] }),
    });

    const filled = (text: string) => prepared.known[text] ?? text;
    const run = async (caller: Caller, name: string, { args, stdin = "" }: Row, runs = runHere) =>
      await runs([...name.split(" "), ...args.map(filled)], { env: environment(caller), stdin: filled(stdin) });

    // Of writing the setting says nothing.
    const concerned = Object.entries(COMMANDS).filter(([, { access }]) => publicRead || access === "reading");
    test.each(concerned)("%s", async (name, row) => {
      const { access, code = 0 } = row;
      const codes = expected(access, publicRead);
      const before = await newestRevision(prepared.site.deps);
      for (const caller of CALLERS.filter((each) => codes[each] === 4)) {
        const refused = await run(caller, name, row);
        expect({ caller, ...refused }).toMatchObject({ caller, code: 4 });
        if (access !== "own key") expect(refused.stdout).toBe("");
        expect(refused.stderr).not.toContain(prepared.keys[caller] ?? "0123456789abcdef");
      }
      expect(await newestRevision(prepared.site.deps)).toBe(before);
      const allowed = CALLERS.filter((each) => codes[each] === null);
      for (const [i, caller] of allowed.entries()) {
        const done = await run(caller, name, row);
        if (i === 0) expect({ caller, ...done }).toMatchObject({ caller, code });
        expect({ caller, ...done }).not.toMatchObject({ code: 4 });
      }
      const isWrite = !["reading", "own key"].includes(access) && !READ_BY_FEW.includes(name);
      expect({ changed: (await newestRevision(prepared.site.deps)) > before }).toEqual({ changed: isWrite });
    });

    test("every command is in the table, or asks no server", async () => {
      const leaves = (await everyCommand()).filter(({ node }) => !("groups" in node));
      const names = leaves.map(({ path }) => path.replace("fplane ", ""));
      expect(names.toSorted()).toEqual([...Object.keys(COMMANDS), ...OF_THE_SERVER, ...HERE].toSorted());
    });

    test("as programs they end with the same codes", async () => {
      const code = async (caller: Caller, name: string) =>
        (await run(caller, name, COMMANDS[name] ?? { access: "reading", args: [] }, cli)).code;
      expect(await code("wrong key", "user list")).toBe(4);
      expect(await code("disabled", "tag add")).toBe(4);
      expect(await code("updater", "correct")).toBe(4);
      expect(await code("nobody", "get")).toBe(publicRead ? 0 : 4);
    });
  });
});
