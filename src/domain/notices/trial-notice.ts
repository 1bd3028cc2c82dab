import { type Instant, instantText } from "../time/instant.ts";
import { type Notice, notice } from "./notice.ts";

/** What an operator sends to see whether notices arrive; nothing has happened. */
export function trialNotice(project: string, now: Instant): Notice {
  return notice(
    project,
    `test-${now}`,
    "test",
    [
      `Somebody tries whether the notices of ${project} arrive. Nothing has happened, and nothing is to be done.`,
      `Sent at ${instantText(now)} by \`fplane doctor --notify\`.`,
    ],
    { events: ["test"], now: instantText(now) },
  );
}
