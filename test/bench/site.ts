import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { PROGRAM, startFplane } from "./contenders.ts";
import type { Started } from "./processes.ts";

/** A directory that `init` has made, with the key of its administrator. */
export type Site = { readonly directory: string; readonly key: string };

/** Prepares a place for a server as an operator does. @param database a PostgreSQL; without one the embedded database */
export function initSite(directory: string, database?: string): Site {
  mkdirSync(directory, { recursive: true });
  const flags = database === undefined ? [] : ["--database", database];
  const { stdout, stderr, exitCode } = Bun.spawnSync([process.execPath, PROGRAM, "init", directory, ...flags]);
  if (exitCode !== 0) throw new Error(`init exited with ${exitCode}: ${stderr}`);
  return { directory, key: stdout.toString().trim() };
}

/** Runs the server of a site, as `serve` does in production. Only the bound on writes is out of the way. */
export async function serveSite({ directory }: Site, env: Readonly<Record<string, string>> = {}): Promise<Started> {
  const config = ["serve", "--config", join(directory, "fplane.toml")];
  return await startFplane({ WRITES_PER_SECOND: "0", ...env }, config);
}

/** Asks a server as its administrator; the answer's text. @throws Error for any refusal */
export async function asked(server: Started, site: Site, path: string, body: unknown): Promise<string> {
  const answer = await fetch(server.url + path, {
    method: "POST",
    headers: { authorization: `FPS_API APIKEY=${site.key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 500)}`);
  return text;
}
