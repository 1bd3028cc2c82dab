import { sha256 } from "../digest.ts";
import { type Notice, notice } from "./notice.ts";

/** Several notices in one: the digest of a day. */
export function digestNotice(project: string, notices: readonly Notice[]): Notice {
  const prefix = `[${project}] `;
  const entries = notices.map(({ subject, text }, i) => {
    const title = subject.startsWith(prefix) ? subject.slice(prefix.length) : subject;
    const heading = `${i + 1}. ${title}`;
    return `${heading}\n${"-".repeat(heading.length)}\n\n${text.trimEnd()}`;
  });
  return notice(
    project,
    `digest-${sha256(notices.map(({ id }) => id).join("\n")).slice(0, 16)}`,
    `${notices.length} events`,
    entries,
    {
      events: [...new Set(notices.flatMap(({ json }) => json.events))],
      notices: notices.map(({ json }) => json),
    },
  );
}
