import { ERRORS } from "../errors.ts";
import { changeText, type SeatChange } from "../plane/seat-changes.ts";
import { positionChangeText, type SpanChange } from "../record/change-spans.ts";
import type { Revision } from "../record/revision.ts";
import type { RevisionBody, StatusEntry } from "../record/revision-body.ts";
import { instantText, instantTextOrNull } from "../time/instant.ts";
import { spanJson } from "../time/span.ts";
import { counted, type Notice, type NoticeEvent, notice, oneLine, plural } from "./notice.ts";

/** What a notice of the record is made from. */
export type Noticed = {
  readonly project: string;
  /** The last of them, when one act made several revisions. */
  readonly revision: Revision;
  readonly body: RevisionBody;
  /** The first revision of the act. */
  readonly first: number;
  /** What the act changed in the record. */
  readonly changes: readonly SpanChange[];
};

const MOST_LINES = 200;

const KINDS = [
  ["specid", "new-spectrograph", "spectrograph", "SPECID"],
  ["contid", "new-controller", "controller", "CONTID"],
  ["ifuid", "new-ifu", "IFU", "IFUID"],
] as const;

type FirstSeen = Readonly<Partial<Record<"specid" | "contid" | "ifuid", readonly string[]>>>;

/**
 * What the operators are told of a revision; null where it is nothing to them: users, tags, holds, a status that agrees.
 * What is private of a user is in no body, and so in no notice.
 */
export function noticeOf(noticed: Noticed): Notice | null {
  const { body, changes } = noticed;
  const outcome = body.status?.outcome;
  if (body.status !== undefined && (outcome === "refused" || outcome === "quarantined"))
    return refusalNotice(noticed, body.status);
  const firstSeen = (body.source["firstSeen"] as FirstSeen | undefined) ?? {};
  const contradicted = (body.source["contradicted"] as readonly SeatChange[] | undefined) ?? [];
  const seen = KINDS.flatMap(([kind, event, word, label]) => {
    const ids = firstSeen[kind] ?? [];
    return ids.length === 0 ? [] : [{ event, word, label, ids }];
  });
  const events: NoticeEvent[] = [
    ...seen.map(({ event }) => event),
    ...(changes.length > 0 ? (["changed"] as const) : []),
    ...(contradicted.length > 0 ? (["hold-contradicted"] as const) : []),
  ];
  if (events.length === 0) return null;
  const matters = [
    ...seen.map(({ word, ids }) => (ids.length === 1 ? `new ${word} ${ids[0]}` : `${ids.length} new ${word}s`)),
    ...countsOf(changes),
    ...(contradicted.length > 0 ? [`${counted(contradicted.length, "seat")} held against the status`] : []),
  ];
  const paragraphs = [
    openingOf(noticed),
    seen.map(({ word, label, ids }) => `New ${plural(ids.length, word)} (${label}): ${ids.join(", ")}`).join("\n"),
    changesText(noticed),
    contradicted.length === 0
      ? ""
      : ["A hold kept what the status says of these seats from being taken:", ...contradicted.map(indented)].join("\n"),
  ];
  const subject = `${actOf(noticed)}${matters.join(", ")}`;
  return composed(noticed, subject, paragraphs, {
    events,
    firstSeen,
    changes: changes.map(changeJson),
    contradicted: contradicted.map((change) => ({ ...change, text: changeText(change) })),
  });
}

function refusalNotice(noticed: Noticed, status: StatusEntry): Notice {
  const quarantined = status.outcome === "quarantined";
  const code = status.code ?? "bad-status";
  const message = oneLine(status.message ?? "");
  const taken = status.dataTime === null ? "" : ` of ${instantText(status.dataTime)}`;
  const rev = noticed.revision.rev;
  const paragraphs = [
    quarantined
      ? `The hardware status${taken} was not taken: it waits in quarantine for a curator.`
      : `The hardware status${taken} was refused (${code}). ${ERRORS[code].title}.`,
    `  ${message}`,
    quarantined
      ? `A curator takes it, or settles it without taking it:\n  fplane quarantine release ${rev} --reason "..."\n  fplane quarantine discard ${rev} --reason "..."`
      : `What was sent is kept: fplane log ${rev}`,
  ];
  const subject = quarantined ? "hardware status in quarantine" : `hardware status refused: ${code}`;
  const refused = code === "conflict" ? (["conflict", "refused"] as const) : (["refused"] as const);
  return composed(noticed, subject, paragraphs, {
    events: quarantined ? ["quarantined"] : refused,
    code,
    message,
  });
}

/** Who did what: a curator's act says so in the subject, the nightly update goes without saying. */
function actOf({ revision, body, first }: Noticed): string {
  if (revision.kind === "update") return body.status?.resolves == null ? "" : "released from quarantine: ";
  const several = revision.rev - first + 1;
  return several === 1 ? `${revision.kind} by ${revision.actor}: ` : `${several} files imported by ${revision.actor}: `;
}

function openingOf({ revision, body, first }: Noticed): string {
  const { kind, rev, actor, reason } = revision;
  const why = reason === "" ? "" : `, because: ${oneLine(reason)}`;
  const act = first === rev ? `The act "${kind}"` : `An import of ${rev - first + 1} files`;
  if (kind !== "update") return `${act} of ${actor}${why}`;
  const taken = body.status?.dataTime == null ? "" : ` of ${instantText(body.status.dataTime)}`;
  if (body.status?.resolves == null) return `The hardware status${taken} was taken.`;
  return `${actor} released the hardware status${taken}, which was in quarantine (revision ${body.status.resolves})${why}`;
}

function countsOf(changes: readonly SpanChange[]): string[] {
  const seats = new Set(changes.flatMap((change) => change.seats.map(({ ifuslot }) => ifuslot)));
  const positions = new Set(changes.flatMap((change) => change.positions.map(({ ifuslot }) => ifuslot)));
  return [
    ...(seats.size > 0 ? [`${counted(seats.size, "seat")} changed`] : []),
    ...(positions.size > 0 ? [`${counted(positions.size, "position")} changed`] : []),
  ];
}

function changesText({ changes, first, revision }: Noticed): string {
  const lines = changes.flatMap(({ span, seats, positions }) => {
    const { from, until } = spanJson(span);
    const over = until === null ? `From ${from} on:` : `From ${from} until ${until}:`;
    return [over, ...seats.map(indented), ...positions.map((change) => `  ${positionChangeText(change)}`)];
  });
  if (lines.length <= MOST_LINES) return lines.join("\n");
  const rest = `... and ${lines.length - MOST_LINES} lines more: fplane changes --from-rev ${first - 1} --to-rev ${revision.rev}`;
  return [...lines.slice(0, MOST_LINES), rest].join("\n");
}

function changeJson({ span, seats, positions }: SpanChange) {
  return {
    ...spanJson(span),
    seats: seats.map((change) => ({ ...change, text: changeText(change) })),
    positions: positions.map((change) => ({ ...change, text: positionChangeText(change) })),
  };
}

type Findings = Omit<Notice["json"], "id"> & { readonly events: readonly NoticeEvent[] };

function composed({ project, revision, body, first }: Noticed, matter: string, paragraphs: string[], found: Findings) {
  const { rev, kind, actor, reason, hash } = revision;
  const recordedAt = instantText(revision.recordedAt);
  const which = first === rev ? `Revision ${rev}` : `Revisions ${first} to ${rev}`;
  const closing = `${which} of ${project}, recorded ${recordedAt} by ${actor}.`;
  const { dataTime = null, outcome = null } = body.status ?? {};
  const status = outcome === null ? null : { outcome, dataTime: instantTextOrNull(dataTime) };
  const head = { revision: rev, firstRevision: first, recordedAt, kind, actor, reason, status };
  return notice(project, `revision-${rev}-${hash.slice(0, 8)}`, matter, [...paragraphs, closing], {
    ...head,
    ...found,
  });
}

function indented(change: SeatChange): string {
  return `  ${changeText(change)}`;
}
