import { z } from "zod";
import { schemaName } from "../../domain/project.ts";
import { DEFAULT_LIMITS } from "../guards/limits.ts";
import {
  address,
  atLeastOne,
  count,
  flag,
  hour,
  hours,
  level,
  port,
  postgresUrl,
  proxies,
  recipients,
  seconds,
  sender,
  share,
  smtpUrl,
  statusAliases,
  text,
  timeZone,
  webUrl,
} from "./setting-kinds.ts";

/**
 * Every setting: from the TOML file named by `FPS_SETTINGS` or `--config`, each also as an environment variable of the
 * same name, which wins. The old server's names keep their meaning. Paths in the file are relative to it.
 */

export const SETTINGS = z
  .strictObject({
    SERVER_URL: address.prefault("localhost:5000").describe("host:port the server is running at"),
    FPLANE_TIMEZONE: timeZone
      .prefault("America/Chicago")
      .describe("the telescope's time zone (IANA); a night lasts from noon to noon in it"),
    FPLANE_PUBLIC_READ: flag.prefault(true).describe("whether reading needs no key"),
    DATABASE_URL: postgresUrl.optional().describe("PostgreSQL to use; wins over DB_NAME"),
    DB_NAME: text.optional().describe("PostgreSQL database, on the host that PGHOST and PGPORT name"),
    DB_USERNAME: text.optional().describe("user of the PostgreSQL database"),
    DB_PASSWORD: text.optional().describe("password of that user"),
    DB_PROJECT: text
      .refine((name) => schemaName(name) !== null, "it takes a letter, then letters, digits and _")
      .prefault("HETDEX")
      .describe("the project: a PostgreSQL schema of its own"),
    DATA_DIR: text.prefault("./data").describe("directory of the embedded database, used when no PostgreSQL is named"),
    USER_DATABASE: text
      .optional()
      .describe("an old server's users.db: its users are taken over, with their keys, when the server starts"),
    KEY_FILE: text
      .prefault("./data/sealing.key")
      .describe("file of the 32 bytes (hex) under which users' keys are sealed; made when it is missing, mode 0600"),
    KEY_GRACE_HOURS: hours
      .refine((value) => value <= 720, "it takes at most 720 hours (30 days)")
      .prefault(0)
      .describe("for so many hours after a rotation that does not say the old key is taken too"),
    FAILED_KEYS_PER_MINUTE: count
      .prefault(20)
      .describe(
        "after so many wrong keys from one address (IPv6: one /64) within a minute its requests with a key are refused; 0 for any number",
      ),
    WRITES_PER_SECOND: count.prefault(100).describe("writes that one user may send in a second; 0 for any number"),
    DATABASE_REPLICA_URL: postgresUrl.optional().describe("a replica of the PostgreSQL database, for reads"),
    DATABASE_POLL_SECONDS: seconds(1)
      .prefault(5)
      .describe("how often a server looks for revisions that it was not told of, and whether the database is there"),
    DATABASE_PATIENCE_SECONDS: seconds(0)
      .prefault(30)
      .describe("how long PostgreSQL may take to answer a question before it counts as away; 0 for ever"),
    SPOOL_BYTES: count.prefault(268_435_456).describe("about how many bytes the spool may take"),
    CACHE_CONFIGURATIONS: count
      .prefault(2000)
      .describe("how many configurations are kept in memory, so that reads do not ask the database"),
    SPOOL_DIR: text.prefault("./spool").describe("directory for caching of rendered files"),
    LOG_DIR: text.prefault("./logs").describe("directory of fplane.log"),
    LOG_MAX_BYTES: count
      .prefault(50_000_000)
      .describe("a log that is about to grow beyond this becomes fplane.log.1; 0: never, logrotate does it"),
    LOG_KEEP: count.prefault(10).describe("how many full logs are kept: fplane.log.1 and so on"),
    LOG_LOWER_LEVEL: level
      .prefault("debug")
      .describe(
        "least level that is logged: trace, debug, info, warning, error, critical; also logging.DEBUG and so on",
      ),
    TRUST_PROXY: proxies
      .prefault([])
      .describe(
        "addresses and networks of proxies whose X-Forwarded-For and -Proto are believed: 127.0.0.1,10.0.0.0/8",
      ),
    LARGEST_BODY_BYTES: atLeastOne
      .prefault(DEFAULT_LIMITS.bodyBytes)
      .describe("bytes that the body of a request may have"),
    SLOWEST_BODY_SECONDS: seconds(1)
      .prefault(DEFAULT_LIMITS.bodySeconds)
      .describe("seconds in which the body of a request must have arrived"),
    LONGEST_URL: atLeastOne.prefault(DEFAULT_LIMITS.urlCharacters).describe("characters that an address may have"),
    LARGEST_HEADERS: atLeastOne
      .prefault(DEFAULT_LIMITS.headerCharacters)
      .describe("characters that the headers of a request may have together"),
    LARGEST_BATCH: atLeastOne.prefault(DEFAULT_LIMITS.batchCalls).describe("calls that one tRPC batch may have"),
    LARGEST_DATE_LIST: atLeastOne
      .prefault(DEFAULT_LIMITS.dates)
      .describe("dates, or nights, that one request for many focal planes may ask for"),
    LIVE_CLIENTS: count
      .prefault(DEFAULT_LIMITS.liveClients)
      .describe("open pages, and others, that may be told of new revisions at the same time; 0 for none"),
    TLS_CERT_FILE: text.optional().describe("certificate chain (PEM); with TLS_KEY_FILE the server speaks HTTPS"),
    TLS_KEY_FILE: text.optional().describe("private key (PEM) of the certificate"),
    GATE_CHANGED_SHARE: share
      .prefault(0.25)
      .describe(
        "a hardware status that changes SPECID or IFUID of more than this share of the active units waits for a curator",
      ),
    GATE_LOST_UNITS: count
      .prefault(10)
      .describe("a hardware status that loses more units than this waits for a curator"),
    STATUS_ALIASES: statusAliases
      .prefault({})
      .describe('the telescope\'s own names in a hardware status, a table: [STATUS_ALIASES] specid = ["SPECTROGRAPH"]'),
    SMTP_URL: smtpUrl
      .optional()
      .describe("the mail server in one, smtp://user:password@host:port or smtps://...; wins over the next five"),
    SMTP_HOST: text.optional().describe("the mail server"),
    SMTP_PORT: port.optional().describe("its port; else 587, with SMTP_SECURE 465"),
    SMTP_SECURE: flag
      .optional()
      .describe("whether TLS begins with the connection; else by STARTTLS, and a password is sent by no other way"),
    SMTP_USERNAME: text.optional().describe("user at the mail server"),
    SMTP_PASSWORD: text.optional().describe("password of that user"),
    SMTP_CA_FILE: text
      .optional()
      .describe("certificate (PEM) of the authority that the mail server's certificate is of"),
    MAIL_FROM: sender.optional().describe("who the mails to the operators are from"),
    MAIL_TO: recipients.optional().describe("whom the mails go to: a list of addresses"),
    MAIL_DIGEST: hour
      .optional()
      .describe("the hour (0 to 23, at the telescope) of one mail a day with all that happened; else a mail each time"),
    WEBHOOK_URL: webUrl.optional().describe("where the same is posted as JSON"),
    WEBHOOK_SECRET: text.optional().describe("signs what is posted: X-FPlane-Signature"),
    ALARM_HOURS: hours
      .prefault(26)
      .describe("the operators are told when no hardware status was taken for so many hours; 0 for never"),
  })
  .superRefine((settings, context) => {
    for (const [name, needed] of NEEDED) {
      if (settings[name] === undefined || needed.some((other) => settings[other] !== undefined)) continue;
      context.addIssue({ code: "custom", path: [name], message: `it needs ${needed.join(" or ")} beside it` });
    }
  });

/** Alone, each of these would be passed over in silence: no HTTPS, another database than the one that is meant, no mail. */
const NEEDED = [
  ["TLS_CERT_FILE", ["TLS_KEY_FILE"]],
  ["TLS_KEY_FILE", ["TLS_CERT_FILE"]],
  ["DATABASE_REPLICA_URL", ["DATABASE_URL", "DB_NAME"]],
  ["DB_USERNAME", ["DB_NAME", "DATABASE_URL"]],
  ["DB_PASSWORD", ["DB_NAME", "DATABASE_URL"]],
  ["MAIL_TO", ["SMTP_URL", "SMTP_HOST"]],
  ["MAIL_TO", ["MAIL_FROM"]],
  ["SMTP_URL", ["MAIL_TO"]],
  ["SMTP_HOST", ["MAIL_TO"]],
  ["SMTP_PORT", ["SMTP_HOST"]],
  ["SMTP_SECURE", ["SMTP_HOST"]],
  ["SMTP_USERNAME", ["SMTP_HOST"]],
  ["SMTP_USERNAME", ["SMTP_PASSWORD"]],
  ["SMTP_PASSWORD", ["SMTP_USERNAME"]],
  ["SMTP_CA_FILE", ["SMTP_URL", "SMTP_HOST"]],
  ["MAIL_FROM", ["MAIL_TO"]],
  ["MAIL_DIGEST", ["MAIL_TO"]],
  ["WEBHOOK_SECRET", ["WEBHOOK_URL"]],
] as const;

/** The settings that name a file or directory. */
export const PATHS: ReadonlySet<string> = new Set<keyof Settings>([
  "DATA_DIR",
  "USER_DATABASE",
  "KEY_FILE",
  "SPOOL_DIR",
  "LOG_DIR",
  "TLS_CERT_FILE",
  "TLS_KEY_FILE",
  "SMTP_CA_FILE",
]);

export type Settings = z.output<typeof SETTINGS>;
