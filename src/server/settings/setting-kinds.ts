import { z } from "zod";
import { readFlag } from "../../domain/flag.ts";
import { messageOf } from "../../domain/thrown.ts";
import { trustedProxies } from "../guards/client-address.ts";

/** The kinds of values that settings have: from TOML, or a text of the environment. Messages never show the value. */

const FLAG = { error: "it takes 0, 1, true, false, yes or no" };

export const flag = z.union([z.string(), z.number(), z.boolean()], FLAG).transform((value, context) => {
  try {
    return readFlag("it", value, false);
  } catch (error) {
    context.addIssue({ code: "custom", message: messageOf(error) });
    return z.NEVER;
  }
});

export const text = z.string({ error: "it takes a text, in quotes" }).min(1, "it is empty");

/** `host:port`, an IPv6 host in brackets. Port 0 takes any free one. */
export const address = text.transform((value, context) => {
  const match = /^(?:https?:\/\/)?(\[[0-9a-fA-F:.]+\]|[^:/\s]+):(\d{1,5})\/?$/.exec(value);
  const port = Number(match?.[2]);
  if (match?.[1] !== undefined && port <= 65_535) return { host: match[1].replaceAll(/[[\]]/g, ""), port };
  context.addIssue({ code: "custom", message: "it takes host:port, for example localhost:5000" });
  return z.NEVER;
});

/** The levels of the old server's logging, by name (`logging.DEBUG`) or as Python's numbers, and ours. */
const LEVELS = {
  trace: "trace",
  notset: "trace",
  debug: "debug",
  info: "info",
  warning: "warn",
  warn: "warn",
  error: "error",
  critical: "fatal",
  fatal: "fatal",
  10: "debug",
  20: "info",
  30: "warn",
  40: "error",
  50: "fatal",
} as const;

export const level = z
  .union([text, z.number()], { error: "it takes a level, for example info" })
  .transform((value, context) => {
    const name = String(value)
      .replace(/^logging\./i, "")
      .toLowerCase();
    if (Object.hasOwn(LEVELS, name)) return LEVELS[name as keyof typeof LEVELS];
    context.addIssue({ code: "custom", message: "it takes one of trace, debug, info, warning, error, critical" });
    return z.NEVER;
  });

export const timeZone = text.refine((name) => {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name) !== undefined;
  } catch {
    return false;
  }
}, "it takes an IANA time zone, for example America/Chicago");

export const proxies = z
  .union([z.string().transform((value) => value.split(",").map((entry) => entry.trim())), z.array(z.string())])
  .superRefine((list, context) => {
    try {
      trustedProxies(list);
    } catch (error) {
      context.addIssue({ code: "custom", message: messageOf(error) });
    }
  });

const digits = z.string().regex(/^\d+(\.\d+)?$/);
const number = z.union([z.number(), digits.transform(Number)], { error: "it takes a number" });

export const share = number.refine((value) => value >= 0 && value <= 1, "it takes a number from 0 to 1");
export const count = number.refine((value) => Number.isInteger(value) && value >= 0, "it takes a whole number");
/** Of what nothing works without: 0 would refuse every request, where for other settings it means any number. */
export const atLeastOne = number.refine(
  (value) => Number.isInteger(value) && value >= 1,
  "it takes a whole number from 1 on",
);

/** A timer takes no more than 24 days, and runs out at once beyond that. */
const MOST_SECONDS = 86_400;

export const seconds = (least: 0 | 1) =>
  number.refine(
    (value) => Number.isInteger(value) && value >= least && value <= MOST_SECONDS,
    `it takes seconds, from ${least} to ${MOST_SECONDS}`,
  );

const listed = text.transform((value) => value.split(",").map((name) => name.trim()));
const names = z.union([listed, z.array(text)], { error: "it takes a name or a list of names" });

/** A table in the file; as an environment variable, a JSON object. */
export const statusAliases = z.preprocess(
  (value) => (typeof value === "string" ? parsedJson(value) : value),
  z.strictObject(
    {
      ifuslot: names.optional(),
      specid: names.optional(),
      specslot: names.optional(),
      ifuid: names.optional(),
      contid: names.optional(),
      dataTime: names.optional(),
    },
    { error: ({ code }) => (code === "invalid_type" ? 'it takes a table, as JSON {"specid": ["..."]}' : undefined) },
  ),
);

function parsedJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

export const postgresUrl = text.regex(/^postgres(ql)?:\/\//, "it takes postgres://user@host:port/database");

/** Whether the user and the password of an address are escaped as they should be. */
function hasReadableLogin({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username);
    decodeURIComponent(password);
    return true;
  } catch {
    return false;
  }
}

export const smtpUrl = text.refine((value) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  return url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== "" && hasReadableLogin(url);
}, "it takes smtp://host:port or smtps://user:password@host:port");

export const webUrl = text.refine((value) => {
  const url = URL.canParse(value) ? new URL(value) : null;
  return url !== null && /^https?:$/.test(url.protocol) && hasReadableLogin(url);
}, "it takes https://host/path");

const ADDRESS = /^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/;
const NAMED_ADDRESS = /^[^\p{Cc}<>]*<([^<>]*)>$/u;

/** `fplane@example.org` or `Focal plane <fplane@example.org>`. */
export const sender = text.refine(
  (value) => ADDRESS.test(NAMED_ADDRESS.exec(value)?.[1] ?? value),
  "it takes an e-mail address",
);
export const recipients = names.refine(
  (list) => list.every((address) => ADDRESS.test(address)),
  "it takes e-mail addresses, a list or with commas between them",
);

export const hour = count.refine((value) => value <= 23, "it takes an hour from 0 to 23");
export const hours = number.refine((value) => value >= 0, "it takes a number of hours");
export const port = count.refine((value) => value >= 1 && value <= 65_535, "it takes a port, 1 to 65535");
