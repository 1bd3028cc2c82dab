import packageJson from "../package.json" with { type: "json" };
import { messageOf } from "../src/domain/thrown.ts";
import { createApp } from "../src/server/app.ts";
import { watchCertificate } from "../src/server/certificate.ts";
import { trustedProxies } from "../src/server/guards/client-address.ts";
import type { Limits } from "../src/server/guards/limits.ts";
import { keepFresh } from "../src/server/keep-fresh.ts";
import { listen } from "../src/server/listen.ts";
import { openLog } from "../src/server/log/log.ts";
import { logUncaught } from "../src/server/log/uncaught.ts";
import { carriersOf, startNotifier, waking } from "../src/server/notices/notifier.ts";
import { createOutages } from "../src/server/outages.ts";
import type { Settings } from "../src/server/settings/settings.ts";
import { openSpool } from "../src/server/spool.ts";
import type { Deps } from "../src/service/deps.ts";
import type { NotifyDeps } from "../src/service/notices/notify.ts";
import { usersNotOpened } from "../src/service/user-keys.ts";
import { command } from "./command-line/command.ts";
import type { Terminal } from "./command-line/terminal.ts";
import { demoKey, demoSettings, demoText, loadPublicHistory } from "./project/demo.ts";
import { takeOverUsers } from "./project/old-users.ts";
import { CONFIG_ARGS, locationOf, openProject, settingsOf } from "./project/open-project.ts";

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
    json: { type: "boolean", description: "say the address as JSON, on one line" },
  },
  run: async (args, terminal) => {
    const settings = settingsOf(args, terminal);
    const { json = false } = args;
    if (!args.demo) return await serveUntilStopped(settings, terminal, { demo: false, json });
    const demo = await demoSettings(settings);
    try {
      return await serveUntilStopped(demo.settings, terminal, { demo: true, json });
    } finally {
      await demo.remove();
    }
  },
});

type ServeOptions = { readonly demo: boolean; readonly json: boolean };

async function serveUntilStopped(
  settings: Settings,
  terminal: Terminal,
  { demo, json }: ServeOptions,
): Promise<undefined> {
  const { log, reopen } = openLog(settings);
  if (!demo) process.on("SIGHUP", reopen); // a demo ends with its terminal
  const stopLogging = logUncaught(log);
  const carriers = carriersOf(settings, log);
  const spool = openSpool(settings.SPOOL_DIR, settings.DB_PROJECT, settings.SPOOL_BYTES, log);
  const notice = (message: string) => log.warn(message);
  const deps = await openProject(settings, { notice, spool });
  void tellNotOpened(deps, settings.KEY_FILE, notice); // a database that hangs holds up no start
  const notifier = startNotifier(notifyDeps(settings, deps, carriers), log);
  const outages = createOutages(log);
  const stopKeeping = keepFresh(deps, outages, settings.DATABASE_POLL_SECONDS);
  let stopWatching = () => {};
  let stopListening = async () => {};
  try {
    if (settings.USER_DATABASE !== undefined) await takeOverUsers(deps, settings.USER_DATABASE, log);
    if (demo) await loadPublicHistory(deps);
    const closing = new AbortController();
    const app = createApp({
      deps: { ...deps, store: waking(deps.store, notifier.wake) },
      log,
      publicRead: settings.FPLANE_PUBLIC_READ,
      limits: limitsOf(settings),
      keyLimits: {
        failedPerMinute: settings.FAILED_KEYS_PER_MINUTE,
        writesPerSecond: settings.WRITES_PER_SECOND,
      },
      trusted: trustedProxies(settings.TRUST_PROXY),
      secure: settings.TLS_CERT_FILE !== undefined,
      closing: closing.signal,
      outages,
      build: { version: packageJson.version, engine: locationOf(settings).engine },
    });
    const server = listen(app, settings);
    stopListening = server.stop;
    stopWatching = watchCertificate(server, settings, log);
    const key = demo ? await demoKey(deps) : null;
    const address = json
      ? `${JSON.stringify({ url: server.url, key })}\n`
      : `fplane listens on ${server.url}\n${key === null ? "" : demoText(server.url, key, terminal)}`;
    await terminal.out(address).catch((error: unknown) => {
      log.warn(`${server.url} is served; that could not be told on standard output: ${messageOf(error)}`);
    });
    await new Promise((resolve) => {
      if (terminal.interrupted.aborted) resolve(null);
      terminal.interrupted.addEventListener("abort", resolve);
    });
    log.info("stopping: finishing what is under way");
    closing.abort();
  } finally {
    await stopListening();
    stopWatching();
    await stopKeeping();
    await notifier.stop();
    await deps.store.close();
    spool.close();
    stopLogging();
  }
}

/** A sealing key is made where there is none: started from another directory, a server would have one of its own, unnoticed. */
async function tellNotOpened(deps: Deps, keyFile: string, notice: (message: string) => void): Promise<void> {
  const users = await usersNotOpened(deps).catch(() => []); // while the database is away
  if (users.length === 0) return;
  notice(
    `the sealing key ${keyFile} does not open the keys of ${users.join(", ")}: these stay valid, but cannot be shown. ` +
      "KEY_FILE names the sealing key of this database, the same for each of its servers",
  );
}

function limitsOf(settings: Settings): Limits {
  return {
    bodyBytes: settings.LARGEST_BODY_BYTES,
    bodySeconds: settings.SLOWEST_BODY_SECONDS,
    urlCharacters: settings.LONGEST_URL,
    headerCharacters: settings.LARGEST_HEADERS,
    batchCalls: settings.LARGEST_BATCH,
    dates: settings.LARGEST_DATE_LIST,
    liveClients: settings.LIVE_CLIENTS,
  };
}

function notifyDeps(settings: Settings, deps: Deps, carriers: NotifyDeps["carriers"]) {
  return {
    ...deps,
    project: settings.DB_PROJECT,
    alarmHours: settings.ALARM_HOURS,
    digestHour: settings.MAIL_DIGEST ?? null,
    carriers,
    random: Math.random,
  };
}
