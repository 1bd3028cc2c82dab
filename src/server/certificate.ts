import { statSync } from "node:fs";
import type { Listening } from "./listen.ts";
import type { Logger } from "./log/log.ts";
import type { Settings } from "./settings/settings.ts";

/**
 * Looks every few seconds whether the certificate or its key was replaced, and takes them without a restart. Files that
 * do not fit together (one is written after the other) are left for the next look.
 *
 * @param seconds between two looks
 * @returns what ends it
 */
export function watchCertificate(
  server: Listening,
  { TLS_CERT_FILE, TLS_KEY_FILE }: Pick<Settings, "TLS_CERT_FILE" | "TLS_KEY_FILE">,
  log: Logger,
  seconds = 5,
): () => void {
  if (TLS_CERT_FILE === undefined || TLS_KEY_FILE === undefined) return () => {};
  const state = () => [TLS_CERT_FILE, TLS_KEY_FILE].map((file) => modified(file)).join(" ");
  let taken = state();
  let refused = "";
  const timer = setInterval(async () => {
    const found = state();
    if (found === taken || found === refused) return;
    try {
      await server.renewCertificate();
      taken = found;
      log.info("took the new certificate");
    } catch (error) {
      refused = found;
      log.error({ err: error }, "the new certificate cannot be used: the old one stays");
    }
  }, seconds * 1000);
  return () => clearInterval(timer);
}

function modified(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? "missing" : `${found.mtimeMs} ${found.ino} ${found.size}`;
}
