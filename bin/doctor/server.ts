import { stat } from "node:fs/promises";
import packageJson from "../../package.json" with { type: "json" };
import { FplaneError } from "../../src/domain/errors.ts";
import { readFplane } from "../../src/domain/files/fplane-reader.ts";
import { messageOf } from "../../src/domain/thrown.ts";
import { ask, connectTo, keySource, type ServerArgs, serverUrl } from "../client/client.ts";
import { whyUnreachable } from "../client/server-answer.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** Milliseconds until a server that says nothing counts as away. */
const PATIENCE = 10_000;

/** A server warns of a status that lies so far ahead of its clock; the Date header has whole seconds. */
const CLOCK_TOLERANCE_SECONDS = { warn: 5, fail: 600 };

/** Whether the server is there, what it is, and how far its clock is from this one's. @throws FplaneError `bad-parameter` */
export async function checkServer(args: ServerArgs, terminal: Terminal): Promise<Finding[]> {
  const url = serverUrl(args, terminal);
  const before = Date.now();
  let health: Response;
  try {
    health = await askedFor(`${url}/healthz`, terminal);
  } catch (error) {
    const message = `${url} cannot be reached: ${whyUnreachable(error)}`;
    return [fail("server", "unavailable", message, "is it running, and is this its address? See --server")];
  }
  const after = Date.now();
  const { status, version = null } = await jsonOf(health);
  if (status !== "ok") {
    return [await foreignFinding(url, health.status, terminal)];
  }
  return [
    versionFinding(url, version, after - before),
    await databaseFinding(url, terminal),
    clockFinding(health.headers.get("date"), before, after),
  ];
}

/** What answers there, if it is no server of ours. An old one answers one question: which file is valid now. */
async function foreignFinding(url: string, status: number, terminal: Terminal): Promise<Finding> {
  const file = await askedFor(`${url}/fplane/`, terminal)
    .then((answer) => (answer.ok ? answer.text() : ""))
    .catch(() => "");
  if (isFocalPlane(file)) {
    const next = `\`fplane import --from-server ${url}\` takes over its history; name the new server with --server or FPLANE_SERVER`;
    return fail("server", "unavailable", `${url} is an old fplaneserver: it gives files, and knows nothing else`, next);
  }
  const message = `${url} answers HTTP ${status}, and is no fplane server`;
  return fail("server", "unavailable", message, "name another with --server or FPLANE_SERVER");
}

function isFocalPlane(text: string): boolean {
  try {
    return readFplane(text) !== null;
  } catch {
    return false;
  }
}

async function askedFor(address: string, { interrupted }: Terminal): Promise<Response> {
  return await fetch(address, { signal: AbortSignal.any([interrupted, AbortSignal.timeout(PATIENCE)]) });
}

async function jsonOf(response: Response): Promise<{ status?: string; version?: string | null; staleSince?: string }> {
  try {
    return Object(await response.json());
  } catch {
    return {};
  }
}

function versionFinding(url: string, version: string | null, milliseconds: number): Finding {
  const said = `${url} answers in ${milliseconds} ms, version ${version ?? "unknown"}`;
  if (version === packageJson.version) return ok("server", said);
  return warn("server", `${said}; this is ${packageJson.version}`, "use the version that the server has");
}

async function databaseFinding(url: string, terminal: Terminal): Promise<Finding> {
  try {
    const ready = await askedFor(`${url}/readyz`, terminal);
    if (ready.ok) return ok("database", "the server reaches its database");
    const { staleSince = "some time" } = await jsonOf(ready);
    const message = `the server has not reached its database since ${staleSince}: it answers what it knows`;
    return warn("database", message, "nothing can be recorded meanwhile; statuses wait in the queue");
  } catch (error) {
    return warn("database", `the server does not say how it is: ${messageOf(error)}`);
  }
}

/** @param date as the server says it, in whole seconds; before, after: this machine's clock around it, milliseconds */
export function clockFinding(date: string | null, before: number, after: number): Finding {
  const server = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(server)) return warn("clock", "the server does not say what time it is");
  // It was this time, or up to a second later, at some moment between the two.
  const ahead = Math.max(0, before - server - 1000);
  const behind = Math.max(0, server - after);
  const seconds = Math.round(Math.max(ahead, behind) / 1000);
  if (seconds <= CLOCK_TOLERANCE_SECONDS.warn) return ok("clock", "this machine's clock and the server's agree");
  const message = `this machine's clock is ${seconds} s ${ahead > 0 ? "ahead of" : "behind"} the server's`;
  const next = "let both follow a time server (timedatectl set-ntp true)";
  return seconds < CLOCK_TOLERANCE_SECONDS.fail
    ? warn("clock", message, next)
    : fail("clock", "future-status", message, next);
}

/** Whose key is sent, and whether others can read it. */
export async function checkKey(args: ServerArgs, terminal: Terminal): Promise<Finding[]> {
  const source = keySource(args, terminal);
  if (source === null) {
    const message = "no key: the server can be read, where reading is public";
    return [warn("key", message, "FPLANE_APIKEY or --key-file names one; `fplane user key NAME` prints it")];
  }
  const from = "key" in source ? "FPLANE_APIKEY" : source.file;
  const shared = "file" in source ? await sharedFile(source.file) : [];
  try {
    const { username, role } = await ask(await connectTo(args, terminal), (server) => server.users.me.query());
    return [ok("key", `${from} is the key of ${username}, with the role ${role}`), ...shared];
  } catch (error) {
    if (!(error instanceof FplaneError)) throw error;
    const message = error.message.startsWith(from) ? error.message : `${from}: ${error.message}`;
    return [fail("key", error.code, message, KEY_REMEDIES[error.code]), ...shared];
  }
}

const KEY_REMEDIES: Readonly<Record<string, string>> = {
  "unknown-key": "was it rotated? An administrator prints the new one: fplane user key NAME",
  "user-disabled": "an administrator lets the user in again: fplane user enable NAME",
};

async function sharedFile(file: string): Promise<Finding[]> {
  const mode = (await stat(file).catch(() => null))?.mode ?? 0;
  if ((mode & 0o077) === 0) return [];
  return [warn("key", `${file} can be read by others on this machine`, `chmod 600 ${file}`)];
}

/** Where the server's nights are, and what that means here. */
export async function checkTimeZone(args: ServerArgs, terminal: Terminal): Promise<Finding[]> {
  const here = Temporal.Now.timeZoneId();
  const wanted = terminal.env["TZ"];
  const unknown =
    wanted !== undefined && wanted !== "" && !isTimeZone(wanted.replace(/^:/, ""))
      ? [warn("time zone", `TZ is ${JSON.stringify(wanted)}, which is no time zone; ${here} is used`)]
      : [];
  try {
    const { timeZone } = await ask(await connectTo(args, terminal), (server) => server.status.query());
    const nights = `a date is a night at ${timeZone}`;
    return [...unknown, ok("time zone", `${nights}; this machine is in ${here}; all times that are told are UTC`)];
  } catch (error) {
    if (!(error instanceof FplaneError)) throw error;
    return [...unknown, warn("time zone", `the server does not say where its nights are: ${error.message}`)];
  }
}

function isTimeZone(name: string): boolean {
  try {
    Temporal.Now.zonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}
