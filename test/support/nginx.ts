import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificate } from "./certificate.ts";
import { documentText } from "./documents.ts";
import { atEndOfRun } from "./end-of-run.ts";
import { freePort } from "./free-port.ts";

/** The nginx of this machine; null where there is none, or no openssl to make it a certificate. */
export const NGINX =
  Bun.which("openssl") === null ? null : Bun.which("nginx", { PATH: `${process.env["PATH"]}:/usr/sbin` });

export type RunningNginx = {
  readonly https: string;
  readonly http: string;
  /** The authority of its certificate (PEM), and the file it is in. */
  readonly ca: string;
  readonly stop: () => Promise<void>;
};

/** Runs a real nginx by the configuration that the project offers, in front of a server. Only places and names differ. */
export async function startNginx(upstream: string): Promise<RunningNginx> {
  if (NGINX === null) throw new Error("there is no nginx");
  const directory = await mkdtemp(join(tmpdir(), "fplane-nginx-"));
  atEndOfRun(() => rm(directory, { recursive: true, force: true }));
  await chmod(directory, 0o755);
  const { cert, key, ca } = makeCertificate();
  const [https, http] = [freePort(), freePort()];
  const changes: readonly [string, string][] = [
    ["/etc/ssl/certs/fplane.example.org.pem", cert],
    ["/etc/ssl/private/fplane.example.org.key", key],
    ["/var/cache/nginx/fplane", join(directory, "cache")],
    ["127.0.0.1:5000", new URL(upstream).host],
    ["listen 443 ssl;", `listen 127.0.0.1:${https} ssl;`],
    ["listen 80;", `listen 127.0.0.1:${http};`],
    ["server_name fplane.example.org;", "server_name localhost;"],
  ];
  const offered = changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`docs/deploy/nginx.conf has no ${from}`);
    return text.replaceAll(from, to);
  }, documentText("docs/deploy/nginx.conf"));
  const file = join(directory, "nginx.conf");
  await Bun.write(file, `${around(directory)}http {\naccess_log off;\n${temporary(directory)}${offered}}\n`);
  const checked = Bun.spawnSync([NGINX, "-t", "-q", "-c", file, "-e", "stderr"]);
  if (checked.exitCode !== 0) throw new Error(`nginx -t: ${checked.stderr}`);
  const nginx = Bun.spawn([NGINX, "-c", file, "-e", "stderr"], { stderr: "ignore" });
  const stop = async () => {
    nginx.kill("SIGTERM");
    await nginx.exited;
  };
  atEndOfRun(stop);
  await answering(`http://localhost:${http}/`);
  return { https: `https://localhost:${https}`, http: `http://localhost:${http}`, ca, stop };
}

function around(directory: string): string {
  const user = process.getuid?.() === 0 ? "user root;\n" : "";
  return `${user}daemon off;\nworker_processes 1;\npid ${join(directory, "pid")};\nevents {}\n`;
}

function temporary(directory: string): string {
  const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return kinds.map((kind) => `${kind}_temp_path ${join(directory, kind)};\n`).join("");
}

async function answering(url: string): Promise<void> {
  for (let i = 0; i < 100; i += 1) {
    const answer = await fetch(url, { redirect: "manual" }).catch(() => null);
    if (answer !== null) return;
    await Bun.sleep(50);
  }
  throw new Error(`nothing answers at ${url}`);
}
