import { createHmac } from "node:crypto";
import { messageOf } from "../../domain/thrown.ts";
import type { Carrier } from "../../service/notices/notify.ts";
import type { Settings } from "../settings/settings.ts";
import { scrubbed } from "./scrub.ts";

/** Milliseconds in which the receiver has to answer. */
const PATIENCE = 10_000;

/**
 * Posts the notices as JSON. An answer of 2xx means delivered; redirects are not followed, since they could lead the
 * notice elsewhere. With a secret the body is signed: `X-FPlane-Signature: sha256=<HMAC-SHA-256 in hex>`.
 */
export function createWebhook(
  { WEBHOOK_URL, WEBHOOK_SECRET }: Pick<Settings, "WEBHOOK_URL" | "WEBHOOK_SECRET">,
  patience = PATIENCE,
): Carrier | null {
  if (WEBHOOK_URL === undefined) return null;
  const { username, password, ...url } = withoutLogin(WEBHOOK_URL);
  const login = username === "" ? {} : { authorization: `Basic ${btoa(`${username}:${password}`)}` };
  return {
    deliver: async ({ id, json }, cutOff) => {
      const body = JSON.stringify(json);
      const signature = WEBHOOK_SECRET === undefined ? {} : { "x-fplane-signature": signatureOf(body, WEBHOOK_SECRET) };
      try {
        const response = await fetch(url.href, {
          method: "POST",
          body,
          headers: { "content-type": "application/json", "x-fplane-delivery": id, ...signature, ...login },
          redirect: "manual",
          signal: AbortSignal.any([AbortSignal.timeout(patience), ...(cutOff === undefined ? [] : [cutOff])]),
        });
        await response.body?.cancel();
        if (!response.ok) throw new Error(`it answered ${response.status}`);
      } catch (error) {
        const why = messageOf(error);
        const secrets = [WEBHOOK_URL, url.href, url.path, url.query, password, WEBHOOK_SECRET];
        throw new Error(`the webhook at ${url.host}: ${scrubbed(why, secrets)}`);
      }
    },
  };
}

export function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** `fetch` refuses a login in the address. The path and the query can be secrets themselves. */
function withoutLogin(address: string) {
  const url = new URL(address);
  const [username, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  url.username = "";
  url.password = "";
  return { href: url.href, host: url.host, path: url.pathname, query: url.search, username, password };
}
