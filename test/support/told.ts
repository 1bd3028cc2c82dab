import type { Notice } from "../../src/domain/notices/notice.ts";
import type { Deps } from "../../src/service/deps.ts";
import { type NotifyDeps, notify } from "../../src/service/notices/notify.ts";
import type { Channel } from "../../src/service/notices/outbox.ts";

/** A way out that keeps what it is given; while `fault` is set it fails with that. */
export class KeptNotices {
  readonly notices: Notice[] = [];
  fault: string | null = null;
  attempts = 0;

  readonly deliver = async (notice: Notice): Promise<void> => {
    this.attempts += 1;
    if (this.fault !== null) throw new Error(this.fault);
    this.notices.push(notice);
  };

  /** What came since the last call, as subjects without the project. */
  take(): string[] {
    return this.notices.splice(0).map(({ subject }) => subject.replace(/^\[\w+\] /, ""));
  }
}

/** The operators of an observatory, told by mail and webhook as the program tells them, but when a test says so. */
export function operatorsOf(deps: Deps, options: Partial<NotifyDeps> = {}) {
  const [mail, webhook] = [new KeptNotices(), new KeptNotices()];
  const told: NotifyDeps = {
    ...deps,
    project: "HETDEX",
    alarmHours: 26,
    digestHour: null,
    carriers: { mail, webhook },
    random: () => 0,
    ...options,
  };
  return { mail, webhook, tell: (channel: Channel = "mail") => notify(told, channel) };
}
