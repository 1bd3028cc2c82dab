import { trialNotice } from "../../src/domain/notices/trial-notice.ts";
import { messageOf } from "../../src/domain/thrown.ts";
import { createMailer } from "../../src/server/notices/mailer.ts";
import { createWebhook } from "../../src/server/notices/webhook.ts";
import type { Settings } from "../../src/server/settings/settings.ts";
import { loadSettings, SettingsError } from "../../src/server/settings/settings-file.ts";
import { systemClock } from "../command-line/system-clock.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import { isWritable } from "./writable.ts";

const DIRECTORIES = ["DATA_DIR", "SPOOL_DIR", "LOG_DIR"] as const;

/**
 * Whether a server could start with these settings, as far as that can be seen without its database.
 *
 * @param file null for those of the environment alone
 * @param notify whether to send the operators a test
 */
export async function checkSettings(file: string | null, notify: boolean, terminal: Terminal): Promise<Finding[]> {
  let settings: Settings;
  try {
    settings = loadSettings(file, terminal.env);
  } catch (error) {
    if (error instanceof SettingsError) {
      return error.message
        .split("\n")
        .map((message) => fail("settings", "bad-parameter", message, "docs/operations.md lists every setting"));
    }
    const message = `the settings cannot be read: ${messageOf(error)}`;
    return [fail("settings", "bad-parameter", message, "`fplane init` writes one")];
  }
  const faults = DIRECTORIES.flatMap((name) => unusable(name, settings[name]));
  const understood = `${file ?? "the environment"} is understood, and the directories that it names can be written`;
  const findings = faults.length > 0 ? faults : [ok("settings", understood)];
  return notify ? [...findings, ...(await checkNotices(settings))] : findings;
}

/** Sends a test by each way in which the operators are told, past the outbox: what goes wrong is seen at once. */
async function checkNotices(settings: Settings): Promise<Finding[]> {
  const refusals: string[] = [];
  const ways = [
    {
      about: "mail",
      to: settings.MAIL_TO?.join(", "),
      make: () => createMailer(settings, (text) => refusals.push(text)),
    },
    { about: "webhook", to: "the receiver", make: () => createWebhook(settings) },
  ];
  const findings: Finding[] = [];
  for (const { about, to, make } of ways) {
    try {
      const carrier = make();
      if (carrier === null) continue;
      await carrier.deliver(trialNotice(settings.DB_PROJECT, systemClock()));
      findings.push(ok(about, `a test was sent to ${to}: see whether it arrives`));
    } catch (error) {
      findings.push(fail(about, "unavailable", messageOf(error), BEING_TOLD));
    }
  }
  findings.push(...refusals.map((text) => warn("mail", text, BEING_TOLD)));
  if (findings.length > 0) return findings;
  const message =
    "nobody is told: mail needs SMTP_URL or SMTP_HOST, MAIL_FROM and MAIL_TO; a webhook needs WEBHOOK_URL";
  return [fail("notices", "bad-parameter", message, BEING_TOLD)];
}

const BEING_TOLD = "docs/operations.md has the settings, under Being told";

function unusable(name: string, directory: string | undefined): Finding[] {
  if (directory === undefined || isWritable(directory)) return [];
  const next = "start the server as the user who owns it, or name another directory";
  return [fail("settings", "bad-parameter", `${name} ${directory} cannot be written by this user`, next)];
}
