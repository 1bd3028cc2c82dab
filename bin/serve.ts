import { createApp } from "../src/server/app.ts";
import { keepFresh } from "../src/server/keep-fresh.ts";
import { listen } from "../src/server/listen.ts";
import { openLog } from "../src/server/log.ts";
import type { Settings } from "../src/server/settings.ts";
import { openSpool } from "../src/server/spool.ts";
import { addUser } from "../src/service/users.ts";
import { command } from "./command.ts";
import { demoSettings, loadPublicHistory, PROGRAM } from "./demo.ts";
import { takeOverUsers } from "./old-users.ts";
import { CONFIG_ARGS, openProject, settingsOf } from "./open-project.ts";
import type { Terminal } from "./terminal.ts";

export const serve = command({
  name: "serve",
  description: "run the server",
  examples: ["serve --demo", "serve --config fplane.toml", "FPS_SETTINGS=$PWD/fplane.toml fplane serve"],
  args: {
    ...CONFIG_ARGS,
    demo: {
      type: "boolean",
      description: "serve the public history of HETDEX 2017-2024 from a database that is thrown away",
    },
  },
  run: async (args, terminal) => {
    const settings = settingsOf(args, terminal);
    if (!args.demo) return await serveUntilStopped(settings, terminal, false);
    const demo = await demoSettings(settings);
    try {
      return await serveUntilStopped(demo.settings, terminal, true);
    } finally {
      await demo.remove();
    }
  },
});

async function serveUntilStopped(settings: Settings, terminal: Terminal, demo: boolean): Promise<undefined> {
  const log = openLog(settings);
  const spool = openSpool(settings.SPOOL_DIR, settings.DB_PROJECT, settings.SPOOL_BYTES, log);
  const deps = await openProject(settings, { notice: (message) => log.warn(message), spool });
  const stopKeeping = keepFresh(deps, log, settings.DATABASE_POLL_SECONDS);
  try {
    if (settings.USER_DATABASE !== undefined) await takeOverUsers(deps, settings.USER_DATABASE, log);
    if (demo) await loadPublicHistory(deps);
    const app = createApp({ deps, log, publicRead: settings.FPLANE_PUBLIC_READ });
    const server = listen(app, settings);
    await terminal.out(`fplane listens on ${server.url}\n`);
    if (demo) await terminal.out(await demoHelp(server.url, deps, terminal));
    await new Promise((resolve) => {
      if (terminal.interrupted.aborted) resolve(null);
      terminal.interrupted.addEventListener("abort", resolve);
    });
    log.info("stopping: finishing what is under way");
    await server.stop();
  } finally {
    await stopKeeping();
    await deps.store.close();
    spool.close();
  }
}

async function demoHelp(url: string, deps: Parameters<typeof addUser>[0], terminal: Terminal): Promise<string> {
  const bun = terminal.env["npm_command"] === "exec" ? "npx bun" : "bun"; // on a machine without Bun it came by npx
  const visitor = {
    username: "demo",
    role: "admin",
    firstName: "Demo",
    lastName: "User",
    email: "demo@example.org",
  } as const;
  const { key } = await addUser(deps, PROGRAM, visitor);
  return `It has the public history of HETDEX 2017-2024, and forgets everything when it stops (Ctrl-C).

Try, in another terminal:

  ${bun} bin/fplane.ts get --server ${url} 20190328 -o -
  curl ${url}/fplane/20190328

To change something, use this key:

  export FPLANE_SERVER=${url} FPLANE_APIKEY=${key}
`;
}
