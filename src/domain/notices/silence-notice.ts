import { HOUR, type Instant, instantText } from "../time/instant.ts";
import { type Notice, notice } from "./notice.ts";

/** The newest hardware status that was taken. */
export type LastStatus = {
  readonly rev: number;
  readonly dataTime: Instant;
  readonly recordedAt: Instant;
};

/** When the telescope was last heard of: a status that was kept in a queue is as old as its data, one from the future is not younger than its arrival. */
export function heardAt({ dataTime, recordedAt }: LastStatus): Instant {
  return Math.min(dataTime, recordedAt) as Instant;
}

/**
 * The dead man's alarm.
 *
 * @param last null when none was ever taken: then the silence is as old as the record (`since`)
 */
export function silenceNotice(project: string, last: LastStatus | null, since: Instant, now: Instant): Notice {
  const hours = hoursBetween(since, now);
  const known =
    last === null
      ? `No hardware status was ever taken; the record began at ${instantText(since)}, ${hours} hours ago.`
      : `The last hardware status that was taken is of ${instantText(last.dataTime)} (revision ${last.rev}); that is ${hours} hours ago.`;
  return notice(
    project,
    `silence-${last?.rev ?? 0}`,
    `no hardware status for ${hours} hours`,
    [
      `${known} It is now ${instantText(now)}.`,
      "What to look at: the machine that sends the status (its crontab, its log), the way to this server, and what was refused or waits in quarantine (fplane status).",
      "This is said once. When a status is taken again, that is told.",
    ],
    {
      events: ["silence"],
      lastStatus: last === null ? null : { revision: last.rev, dataTime: instantText(last.dataTime) },
      silentSince: instantText(since),
      now: instantText(now),
      hours,
    },
  );
}

/** The end of a silence. @param since when the telescope was last heard of before */
export function recoveryNotice(project: string, last: LastStatus, since: Instant): Notice {
  const heard = heardAt(last);
  const hours = hoursBetween(since, heard);
  return notice(
    project,
    `recovery-${last.rev}`,
    "hardware status is back",
    [
      `A hardware status of ${instantText(last.dataTime)} was taken again (revision ${last.rev}), after ${hours} hours without one (since ${instantText(since)}).`,
    ],
    {
      events: ["recovery"],
      lastStatus: { revision: last.rev, dataTime: instantText(last.dataTime) },
      silentSince: instantText(since),
      hours,
    },
  );
}

function hoursBetween(from: Instant, until: Instant): number {
  return Math.floor((until - from) / HOUR);
}
