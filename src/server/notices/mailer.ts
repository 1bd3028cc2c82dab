import { readFileSync } from "node:fs";
import type { createTransport } from "nodemailer";
import { FplaneError } from "../../domain/errors.ts";
import { messageOf } from "../../domain/thrown.ts";
import { type Carrier, LONGEST_DELIVERY } from "../../service/notices/notify.ts";
import type { Settings } from "../settings/settings.ts";
import { scrubbed } from "./scrub.ts";

export type MailSettings = Pick<
  Settings,
  | "SMTP_URL"
  | "SMTP_HOST"
  | "SMTP_PORT"
  | "SMTP_SECURE"
  | "SMTP_USERNAME"
  | "SMTP_PASSWORD"
  | "SMTP_CA_FILE"
  | "MAIL_FROM"
  | "MAIL_TO"
>;

type MailServer = {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly secure: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | null;
};

const TLS_PORT = 465;
const SUBMISSION_PORT = 587;

/** The mail server of the settings; null where there is none. */
export function mailServerOf(settings: MailSettings): MailServer | null {
  const { SMTP_URL, SMTP_HOST, SMTP_PORT, SMTP_SECURE, SMTP_USERNAME, SMTP_PASSWORD } = settings;
  if (SMTP_URL !== undefined) {
    const { protocol, hostname, port, username, password } = new URL(SMTP_URL);
    const secure = protocol === "smtps:";
    return {
      host: hostname.replaceAll(/[[\]]/g, ""),
      port: port === "" ? defaultPort(secure) : Number(port),
      secure,
      auth: username === "" ? null : { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    };
  }
  if (SMTP_HOST === undefined) return null;
  const secure = SMTP_SECURE ?? SMTP_PORT === TLS_PORT;
  const hasPassword = SMTP_USERNAME !== undefined && SMTP_PASSWORD !== undefined;
  const auth = hasPassword ? { user: SMTP_USERNAME, pass: SMTP_PASSWORD } : null;
  return { host: SMTP_HOST, port: SMTP_PORT ?? defaultPort(secure), secure, auth };
}

function defaultPort(secure: boolean): number {
  return secure ? TLS_PORT : SUBMISSION_PORT;
}

/** A password goes over the network only under TLS. */
export function demandsTls({ host, secure, auth }: MailServer): boolean {
  return !secure && auth !== null && !/^(localhost|127(\.\d+){3}|::1)$/.test(host);
}

function readAuthority(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const why = messageOf(error);
    throw new FplaneError("unavailable", `SMTP_CA_FILE cannot be read: ${why}`);
  }
}

/** More than any step of a delivery takes, less than the whole may. Milliseconds. */
const STEP = 15_000;

/**
 * Sends the notices as mails of plain text. Null where no mail is set up.
 *
 * @param warn hears when a mail server refuses some of the recipients
 * @throws FplaneError `unavailable` when SMTP_CA_FILE cannot be read
 */
export function createMailer(settings: MailSettings, warn: (message: string) => void): Carrier | null {
  const server = mailServerOf(settings);
  const { MAIL_FROM: from, MAIL_TO: to, SMTP_CA_FILE } = settings;
  if (server === null || from === undefined || to === undefined) return null;
  const { host, port, secure, auth } = server;
  const tls = SMTP_CA_FILE === undefined ? {} : { ca: readAuthority(SMTP_CA_FILE) };
  let transport: ReturnType<typeof createTransport> | undefined;
  const open = async () => {
    const { createTransport } = await import("nodemailer"); // a server starts without it
    return createTransport({
      host,
      port,
      secure,
      ...(auth === null ? {} : { auth }),
      requireTLS: demandsTls(server),
      tls,
      connectionTimeout: STEP,
      greetingTimeout: STEP,
      socketTimeout: STEP,
      dnsTimeout: STEP,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  };
  const domain = /@([^>]+)>?$/.exec(from)?.[1] ?? "fplane";
  const secrets = [auth?.pass, auth === null ? undefined : `\0${auth.user}\0${auth.pass}`, settings.SMTP_URL, ...to];
  return {
    deliver: async ({ id, subject, text }, cutOff) => {
      try {
        transport ??= await open();
        const { rejected } = await transport.sendMail({
          from,
          to: [...to],
          subject,
          text,
          messageId: `<${id}@${domain}>`,
          headers: { "Auto-Submitted": "auto-generated" }, // no vacation answers
          signal: AbortSignal.any([AbortSignal.timeout(LONGEST_DELIVERY), ...(cutOff === undefined ? [] : [cutOff])]),
        });
        if (rejected.length > 0)
          warn(`the mail server refused ${rejected.length} of ${to.length} recipients of ${id}; see MAIL_TO`);
      } catch (error) {
        const why = messageOf(error);
        throw new Error(scrubbed(`the mail server ${host}:${port}: ${why}`, secrets));
      }
    },
  };
}
