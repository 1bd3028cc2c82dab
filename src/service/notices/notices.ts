import type { Notice } from "../../domain/notices/notice.ts";
import { noticeOf } from "../../domain/notices/revision-notice.ts";
import { heardAt, type LastStatus, recoveryNotice, silenceNotice } from "../../domain/notices/silence-notice.ts";
import type { SpanChange } from "../../domain/record/change-spans.ts";
import type { Revision } from "../../domain/record/revision.ts";
import { readBody } from "../../domain/record/revision-body.ts";
import { nextHour } from "../../domain/time/delivery-times.ts";
import { DAY, HOUR, type Instant, later } from "../../domain/time/instant.ts";
import { changesBetween } from "../changes.ts";
import type { Deps } from "../deps.ts";
import { newestRev } from "../revisions.ts";
import type { Reads, Store } from "../store.ts";
import { withoutKeys } from "../users/keys.ts";
import type { Channel, NewOutboxEntry, OutboxCursor } from "./outbox.ts";

/** What looking for news needs. */
export type NewsDeps = Pick<Deps, "clock" | "timeZone"> & {
  readonly store: Pick<Store, "outbox">;
  readonly project: string;
  /** How long no hardware status may come before that is told; 0 for ever. */
  readonly alarmHours: number;
  /** The hour at which a mail a day tells all; null for a mail each time. */
  readonly digestHour: number | null;
};

const LOOKED_AT_ONCE = 200;

/** A channel that looks for the first time, or after it was set out of use, does not tell the whole history. */
const FIRST_LOOK_BACK = DAY;
const LONGEST_LOOK_BACK = 30 * DAY;

/**
 * Puts what is new into the outbox of a channel: what the revisions since the last look tell, a silence of the telescope
 * that has lasted too long, and its end. Each is put there once, however many servers look.
 *
 * @throws FplaneError `unavailable`
 */
export async function lookForNews(deps: NewsDeps, channel: Channel): Promise<void> {
  for (let more = true; more; ) {
    more = false;
    const now = deps.clock();
    await deps.store.outbox.look(channel, now, async (reads, cursor) => {
      const newest = await newestRev(reads);
      const from = await lookedAt(reads, cursor, now, newest);
      const upTo = Math.min(newest, from + LOOKED_AT_ONCE);
      more = upTo < newest;
      const told = await revisionNotices(deps, reads, from, upTo);
      const digest = channel === "mail" && deps.digestHour !== null;
      const nextAttemptAt = digest ? nextHour(now, deps.digestHour ?? 0, deps.timeZone) : now;
      const silence = more ? { silentSince: cursor.silentSince, entries: [] } : await silenceNews(deps, reads, cursor);
      return {
        cursor: { rev: upTo, silentSince: silence.silentSince },
        entries: [...told.map((entry) => ({ ...entry, nextAttemptAt })), ...silence.entries],
      };
    });
  }
}

async function lookedAt(reads: Reads, { rev }: OutboxCursor, now: Instant, newest: number): Promise<number> {
  const lookBack = rev === null ? FIRST_LOOK_BACK : LONGEST_LOOK_BACK;
  const old = (await reads.revisionKnownAt(later(now, -lookBack)))?.rev ?? 0;
  return Math.min(Math.max(rev ?? 0, old), newest);
}

type RevisionEntry = Pick<NewOutboxEntry, "kind" | "notice" | "rev">;

async function revisionNotices(deps: NewsDeps, reads: Reads, after: number, upTo: number): Promise<RevisionEntry[]> {
  const revisions: Revision[] = [];
  for (let rev = after + 1; rev <= upTo; rev += 1) {
    const revision = await reads.revisionNumbered(rev);
    if (revision !== null) revisions.push(revision);
  }
  const entries: RevisionEntry[] = [];
  for (const { first, revision } of acts(revisions)) {
    const text = await reads.bodyOf(revision.rev);
    if (text === null) continue;
    const body = readBody(text);
    const factless = body.facts.placements.length === 0 && body.facts.positions.length === 0;
    const changes: readonly SpanChange[] =
      factless && first === revision.rev ? [] : await changesBetween(reads, first - 1, revision.rev);
    const notice = noticeOf({ project: deps.project, revision, body, first, changes });
    if (notice !== null) entries.push({ kind: "revision", rev: revision.rev, notice: disclosedNotice(notice) });
  }
  return entries;
}

/** An import of many files makes a revision of each: together they are one event. */
function acts(revisions: readonly Revision[]): { first: number; revision: Revision }[] {
  const result: { first: number; revision: Revision }[] = [];
  for (const revision of revisions) {
    const last = result.at(-1);
    if (last !== undefined && isSameImport(last.revision, revision)) last.revision = revision;
    else result.push({ first: revision.rev, revision });
  }
  return result;
}

function isSameImport(a: Revision, b: Revision): boolean {
  return a.kind === "import" && b.kind === "import" && a.actor === b.actor && a.reason === b.reason;
}

/** A key can stand in whatever a client sent, also where it does not belong. */
function disclosedNotice(notice: Notice): Notice {
  return JSON.parse(withoutKeys(JSON.stringify(notice))) as Notice;
}

type Silence = { readonly silentSince: Instant | null; readonly entries: readonly NewOutboxEntry[] };

async function silenceNews(deps: NewsDeps, reads: Reads, { silentSince }: OutboxCursor): Promise<Silence> {
  if (deps.alarmHours === 0) return { silentSince: null, entries: [] };
  const now = deps.clock();
  const last = await lastStatus(reads);
  const heard = last === null ? ((await reads.revisionNumbered(1))?.recordedAt ?? null) : heardAt(last);
  if (heard === null) return { silentSince, entries: [] };
  const isSilent = now - heard >= deps.alarmHours * HOUR;
  if (isSilent && silentSince === null) {
    const notice = silenceNotice(deps.project, last, heard, now);
    return { silentSince: heard, entries: [{ kind: "silence", rev: null, notice, nextAttemptAt: now }] };
  }
  if (!isSilent && silentSince !== null && last !== null) {
    const notice = recoveryNotice(deps.project, last, silentSince);
    return { silentSince: null, entries: [{ kind: "recovery", rev: null, notice, nextAttemptAt: now }] };
  }
  return { silentSince, entries: [] };
}

async function lastStatus(reads: Reads): Promise<LastStatus | null> {
  const last = await reads.newestHardwareStatus();
  const revision = last === null ? null : await reads.revisionNumbered(last.rev);
  return last === null || revision === null
    ? null
    : { rev: last.rev, dataTime: last.dataTime, recordedAt: revision.recordedAt };
}
