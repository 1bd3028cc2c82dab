import { beforeAll, describe, expect, test } from "bun:test";
import { appRouter } from "../../router/app-router.ts";
import { ROLES, type Role } from "../../src/domain/role.ts";
import { DAY, instantText, later } from "../../src/domain/time/instant.ts";
import { addUser, setUserEnabled } from "../../src/service/users.ts";
import { describeOnEngines } from "../support/engines.ts";
import { ADMIN } from "../support/observatory.ts";
import { as, openSite, type Site, STARTING } from "../support/site.ts";

/** Who asks. The disabled user and the one whose key has expired are administrators. */
const CALLERS = ["nobody", "wrong key", ...ROLES, "disabled", "expired"] as const;
type Caller = (typeof CALLERS)[number];

/** Who may: everybody; whoever may read; a role and those above it; the updater itself and administrators. */
type Access = "open" | "reading" | Role | "updater itself";

/** What is asked, and the status for those who may: some are refused for another reason, so that nothing is changed. */
type Row = readonly [access: Access, status: number, path: string, body?: unknown];

const SHA256 = "0".repeat(64);

const ROUTES: Readonly<Record<string, Row>> = {
  "GET /fplane": ["reading", 200, "/fplane"],
  "GET /fplane/:datestr": ["reading", 200, "/fplane/20180715"],
  "POST /fplane": ["updater", 400, "/fplane", {}],
  "POST /fplane/:datestr": ["updater", 400, "/fplane/20180715", {}],
  "GET /fplanes": ["reading", 200, "/fplanes?from=20180715&to=20180716"],
  "POST /fplanes": ["reading", 200, "/fplanes", { dates: ["20180715"] }],
  "GET /bundle": ["reading", 200, "/bundle"],
  "GET /timeline": ["reading", 200, "/timeline"],
  "GET /diff": ["reading", 200, "/diff?a=20180715&b=20190715"],
  "GET /history": ["reading", 200, "/history?ifuslot=013"],
  "GET /changes": ["reading", 200, "/changes?from_rev=4"],
  "GET /revisions": ["reading", 200, "/revisions"],
  "GET /revisions/:rev": ["reading", 200, "/revisions/1"],
  "GET /tags": ["reading", 200, "/tags"],
  "GET /identify": ["reading", 404, `/identify?sha256=${SHA256}`],
  "GET /status": ["reading", 200, "/status"],
  "POST /check": ["reading", 400, "/check", []],
  "GET /metrics": ["reading", 200, "/metrics"],
  "GET /healthz": ["open", 200, "/healthz"],
  "GET /readyz": ["open", 200, "/readyz"],
  "GET /openapi.json": ["open", 200, "/openapi.json"],
  "GET /get_fplane.sh": ["open", 200, "/get_fplane.sh"],
  "GET /fplane.py": ["open", 200, "/fplane.py"],
  "GET /": ["open", 200, "/"],
  "GET /assets/:file": ["open", 404, "/assets/x.js"],
  "GET /docs": ["open", 200, "/docs"],
  "GET /docs/:name{.+}": ["open", 200, "/docs/decisions/0003-two-times"],
  "GET /docs/pictures/:name": ["open", 404, "/docs/pictures/x.png"],
};

/** Each procedure, with its input. */
type ProcedureRow = readonly [access: Access, status: number, input?: unknown];

const CURATION = { reason: "test" };

const PROCEDURES: Readonly<Record<string, ProcedureRow>> = {
  getFplane: ["reading", 200, {}],
  getFplanes: ["reading", 200, { dates: ["20180715"] }],
  bundle: ["reading", 200, {}],
  timeline: ["reading", 200, {}],
  onRevision: ["open", 200], // a stream is begun in any case, and says in it who is refused
  diff: ["reading", 200, { a: "20180715", b: "20190715" }],
  history: ["reading", 200, { kind: "ifuslot", id: "013" }],
  changes: ["reading", 200, { fromRev: "4" }],
  "revisions.list": ["reading", 200, {}],
  "revisions.get": ["reading", 200, { rev: 1 }],
  blame: ["reading", 200, {}],
  identify: ["reading", 404, { sha256: SHA256 }],
  check: ["reading", 400, { frames: [] }],
  status: ["reading", 200],
  updateConfig: ["updater", 400, { config: {} }],
  importFplane: ["curator", 400, { files: [{ name: "a.txt", text: "", from: "20180101" }], ...CURATION }],
  correct: ["curator", 400, { corrections: [{ ifuslot: "013", from: "x", set: {} }], ...CURATION }],
  retract: ["curator", 400, { ifuslots: ["013"], from: "x", ...CURATION }],
  revert: ["curator", 404, { revision: 999, ...CURATION }],
  "positions.set": ["curator", 400, { name: "a.txt", text: "", from: "20180715", ...CURATION }],
  "holds.add": ["curator", 400, { from: "20180715", reason: "" }],
  "holds.list": ["reading", 200],
  "holds.release": ["curator", 404, { hold: 999, ...CURATION }],
  "tags.add": ["curator", 400, { name: "0" }],
  "tags.list": ["reading", 200],
  "quarantine.release": ["curator", 404, { upload: 999, ...CURATION }],
  "quarantine.discard": ["curator", 404, { upload: 999, ...CURATION }],
  "users.add": ["admin", 400, { username: "", firstName: "", lastName: "", email: "t@example.org" }],
  "users.list": ["admin", 200],
  "users.me": ["updater", 200],
  "users.key": ["updater itself", 200, { username: "cron" }],
  "users.rotate": ["updater itself", 400, { username: "cron", grace: "x" }],
  "users.enable": ["admin", 404, { username: "nobody" }],
  "users.disable": ["admin", 404, { username: "nobody" }],
  "users.setRole": ["admin", 404, { username: "nobody", role: "curator" }],
};

/** What tRPC keeps of its procedures: by their whole names, though its types show them nested. */
type Procedures = Readonly<Record<string, { readonly _def: { readonly type: "query" | "mutation" | "subscription" } }>>;

const procedures = appRouter._def.procedures as unknown as Procedures;

/** The statuses of a row, caller by caller. */
function expected(access: Access, status: number, publicRead: boolean): Record<Caller, number> {
  const all = Object.fromEntries(CALLERS.map((caller) => [caller, status])) as Record<Caller, number>;
  if (access === "open" || (access === "reading" && publicRead)) return all;
  const keyed = { ...all, nobody: 401, "wrong key": 401, expired: 401, disabled: 403 };
  if (access === "reading") return keyed;
  if (access === "updater itself") return { ...keyed, curator: 403 };
  const below = ROLES.slice(0, ROLES.indexOf(access));
  return { ...keyed, ...Object.fromEntries(below.map((role) => [role, 403])) };
}

async function keysOf(site: Site): Promise<Record<Caller, string | null>> {
  const { deps, keys } = site;
  const person = { role: "admin", firstName: "T", lastName: "T", email: "t@example.org" } as const;
  const disabled = await addUser(deps, ADMIN, { ...person, username: "dis" });
  await setUserEnabled(deps, ADMIN, "dis", false);
  const expires = instantText(later(deps.clock(), DAY));
  const expired = await addUser(deps, ADMIN, { ...person, username: "exp", expires });
  deps.testClock.advance(DAY);
  return { nobody: null, "wrong key": "0".repeat(48), ...keys, disabled: disabled.key, expired: expired.key };
}

describeOnEngines("who may do what", (engine) => {
  describe.each([true, false])("where reading is public: %p", (publicRead) => {
    let site: Site;
    let keys: Record<Caller, string | null>;
    beforeAll(async () => {
      site = await openSite(engine, { publicRead });
      keys = await keysOf(site);
    }, STARTING);

    const statuses = async (method: string, path: string, body?: unknown) => {
      const found: Partial<Record<Caller, number>> = {};
      for (const caller of CALLERS) {
        const key = keys[caller];
        const headers = { "content-type": "application/json", ...(key === null ? {} : as(key)) };
        const sent = body === undefined ? {} : { body: JSON.stringify(body) };
        const response = await site.app.request(path, { method, headers, ...sent });
        found[caller] = response.status;
        await response.body?.cancel(); // a subscription would go on
      }
      return found as Record<Caller, number>;
    };

    test.each(Object.entries(ROUTES))("%s", async (route, [access, status, path, body]) => {
      const [method = ""] = route.split(" ");
      expect(await statuses(method, path, body)).toEqual(expected(access, status, publicRead));
    });

    test.each(Object.entries(PROCEDURES))("%s", async (name, [access, status, input]) => {
      const isQuery = procedures[name]?._def.type !== "mutation";
      const query = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
      const found = isQuery
        ? await statuses("GET", `/trpc/${name}${query}`)
        : await statuses("POST", `/trpc/${name}`, input);
      expect(found).toEqual(expected(access, status, publicRead));
    });

    test("every route and every procedure is in the table", () => {
      const routes = site.app.routes.filter(({ method }) => method !== "ALL");
      const named = new Set(routes.map(({ method, path }) => `${method} ${path}`));
      expect([...named].sort()).toEqual(["GET /trpc/*", "POST /trpc/*", ...Object.keys(ROUTES)].sort());
      expect(Object.keys(procedures).sort()).toEqual(Object.keys(PROCEDURES).sort());
    });
  });
});
