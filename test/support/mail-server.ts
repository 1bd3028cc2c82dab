import { readFileSync } from "node:fs";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

export type ReceivedMail = {
  readonly from: string;
  readonly to: readonly string[];
  /** The message as it came: headers, a blank line, the body. */
  readonly source: string;
  readonly secure: boolean;
  /** Who logged in, if anybody did. */
  readonly user: string | null;
};

export type MailServerOptions = {
  /** Offers TLS with this certificate, in files. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** TLS from the first byte. */
  readonly secure?: boolean;
  /** Takes mail only of who logs in so. */
  readonly login?: { readonly user: string; readonly password: string };
  readonly port?: number;
};

/** A real SMTP server on a port of loopback, which keeps what it receives. */
export async function startMailServer({ tls, secure = false, login, port = 0 }: MailServerOptions = {}) {
  const received: ReceivedMail[] = [];
  let refusing: { readonly code: number; readonly text: string; readonly address: string | null } | null = null;
  const options: SMTPServerOptions = {
    secure,
    logger: false,
    authOptional: login === undefined,
    hideSTARTTLS: tls === undefined,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    ...(tls === undefined ? {} : { cert: readFileSync(tls.cert), key: readFileSync(tls.key) }),
    onAuth: ({ username, password }, _session, done) => {
      const right = username === login?.user && password === login?.password;
      done(right ? null : new Error("wrong user or password"), right ? { user: username } : undefined);
    },
    onRcptTo: ({ address }, _session, done) => {
      const refused = refusing !== null && (refusing.address === null || refusing.address === address);
      done(refused ? Object.assign(new Error(refusing?.text), { responseCode: refusing?.code }) : null);
    },
    onData: (stream, session, done) => {
      void new Response(stream as unknown as ReadableStream).text().then((source) => {
        received.push({
          from: session.envelope.mailFrom === false ? "" : session.envelope.mailFrom.address,
          to: session.envelope.rcptTo.map(({ address }) => address),
          source,
          secure: session.secure,
          user: typeof session.user === "string" ? session.user : null,
        });
        done();
      });
    },
  };
  const server = new SMTPServer(options);
  server.on("error", () => {}); // a client that goes away in the middle is none of its failures
  await new Promise<void>((resolve) => void server.listen(port, "127.0.0.1", resolve));
  const address = server.server.address();
  return {
    received,
    port: typeof address === "object" && address !== null ? address.port : 0,
    /** Refuses recipients (all, or one) with this code; null takes them again. */
    refuse: (code: number | null, text = "try again later", address: string | null = null) => {
      refusing = code === null ? null : { code, text, address };
    },
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

export type MailServer = Awaited<ReturnType<typeof startMailServer>>;

/** A header of a mail, unfolded. */
export function headerOf({ source }: ReceivedMail, name: string): string | null {
  const [head = ""] = source.split("\r\n\r\n");
  const unfolded = head.replaceAll(/\r\n[ \t]+/g, " ");
  return new RegExp(`^${name}: (.*)$`, "im").exec(unfolded)?.[1] ?? null;
}

/** The text of a mail. */
export function textOf({ source }: ReceivedMail): string {
  const body = source.slice(source.indexOf("\r\n\r\n") + 4).replaceAll("\r\n", "\n");
  if (!/^content-transfer-encoding: quoted-printable/im.test(source)) return body;
  return body
    .replaceAll("=\n", "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}
