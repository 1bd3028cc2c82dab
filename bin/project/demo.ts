import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import publicHistory from "../../db/history/hetdex-2017-2024.tsv" with { type: "text" };
import { configurationsOf, readChronicle } from "../../src/domain/files/chronicle.ts";
import { renderFplane } from "../../src/domain/files/fplane-file.ts";
import { AUXILIARY, nominalPosition } from "../../src/domain/plane/seat.ts";
import { PROGRAM } from "../../src/domain/role.ts";
import type { Settings } from "../../src/server/settings/settings.ts";
import type { Deps } from "../../src/service/deps.ts";
import { type ImportRequest, importFplane } from "../../src/service/import-fplane.ts";
import { addUser } from "../../src/service/users.ts";
import type { Terminal } from "../command-line/terminal.ts";

/** The public history of HETDEX 2017-2024: each configuration as the file that was valid from its night on. */
export function publicHistoryFiles(): ImportRequest["files"] {
  return configurationsOf(readChronicle(publicHistory)).map(({ night, placements }) => ({
    name: `fplane${night}.txt`,
    text: renderFplane(
      {
        virus: placements.map((placement) => ({
          ...placement,
          ...nominalPosition(placement.ifuslot),
          measured: false,
        })),
        auxiliary: AUXILIARY,
      },
      "full",
    ),
    from: night,
    until: "open",
  }));
}

/** Records the public history. */
export async function loadPublicHistory(deps: Deps): Promise<void> {
  const files = publicHistoryFiles();
  const reason = "public history of HETDEX 2017-2024";
  await importFplane(deps, PROGRAM, { files, actual: false, drop: [], force: false, reason, commit: true });
}

/** Settings under which everything that the demo writes is in a directory of its own, and goes with it. */
export async function demoSettings(settings: Settings): Promise<{ settings: Settings; remove: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "fplane-demo-"));
  const {
    DATABASE_URL: _url,
    DATABASE_REPLICA_URL: _replica,
    DB_NAME: _name,
    USER_DATABASE: _users,
    ...others
  } = settings;
  const { MAIL_TO: _to, WEBHOOK_URL: _hook, ...rest } = others; // nobody is to be told of a demo
  const inside = (name: string) => join(directory, name);
  return {
    settings: {
      ...rest,
      DATA_DIR: inside("data"),
      KEY_FILE: inside("sealing.key"),
      SPOOL_DIR: inside("spool"),
      LOG_DIR: inside("logs"),
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Adds the user with whose key a visitor may try everything. @returns the key */
export async function demoKey(deps: Deps): Promise<string> {
  const visitor = {
    username: "demo",
    role: "admin",
    firstName: "Demo",
    lastName: "User",
    email: "demo@example.org",
  } as const;
  return (await addUser(deps, PROGRAM, visitor)).key;
}

/** What the terminal tells a visitor to try. @param key of the demo's user */
export function demoText(url: string, key: string, { env }: Terminal): string {
  const bun = env["npm_command"] === "exec" ? "npx bun" : "bun"; // on a machine without Bun it came by npx
  const fplane = import.meta.path.startsWith("/$bunfs/") ? process.execPath : `${bun} bin/fplane.ts`;
  return `It has the public history of HETDEX 2017-2024, and forgets everything when it stops (Ctrl-C).

Try, in another terminal:

  ${fplane} get --server ${url} 20190328 -o -
  curl ${url}/fplane/20190328

To change something, use this key:

  export FPLANE_SERVER=${url} FPLANE_APIKEY=${key}
`;
}
