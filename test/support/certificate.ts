import { mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atEndOfRun } from "./end-of-run.ts";

export const hasOpenssl = Bun.which("openssl") !== null;

/** The certificate of `localhost` by an authority of its own, in files; `ca` is the authority's certificate (PEM). */
export function makeCertificate() {
  const directory = mkdtempSync(join(tmpdir(), "fplane-tls-"));
  atEndOfRun(() => rm(directory, { recursive: true, force: true }));
  const file = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => {
    const { exitCode, stderr } = Bun.spawnSync(["openssl", ...args]);
    if (exitCode !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`);
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const self = ["req", "-x509", ...key, "-days", "2"];
  openssl(...self, "-keyout", file("ca.key"), "-out", file("ca.pem"), "-subj", "/CN=fplane test authority");
  openssl("req", ...key, "-keyout", file("key.pem"), "-out", file("request.pem"), "-subj", "/CN=localhost");
  const names = "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\n";
  void Bun.spawnSync(["sh", "-c", `printf '${names}' > '${file("names")}'`]);
  const signing = ["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial", "-extfile", file("names")];
  openssl("x509", "-req", "-in", file("request.pem"), ...signing, "-days", "2", "-out", file("cert.pem"));
  return { cert: file("cert.pem"), key: file("key.pem"), ca: readFileSync(file("ca.pem"), "utf8") };
}
