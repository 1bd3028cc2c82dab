import type { Unit } from "../../domain/plane/placement.ts";
import { planeDiffTexts } from "../../domain/plane/plane-diff.ts";
import { changeText } from "../../domain/plane/seat-changes.ts";
import { positionChangeText, type SpanChange } from "../../domain/record/change-spans.ts";
import type { Revision } from "../../domain/record/revision.ts";
import { instantText, instantTextOrNull } from "../../domain/time/instant.ts";
import { spanJson } from "../../domain/time/span.ts";
import type { Blame } from "../blame.ts";
import type { ChangesResult } from "../changes.ts";
import { type CheckResult, disagreementText, proposalText } from "../check.ts";
import type { CurationResult } from "../curate.ts";
import type { DiffResult } from "../diff.ts";
import type { HistoryEntry } from "../history.ts";
import { type Hold, holdText } from "../holds.ts";
import type { Identified } from "../identify.ts";
import type { KeptUpload, ServiceStatus } from "../status.ts";
import type { Tag } from "../store.ts";
import type { Timeline } from "../timeline.ts";

/** What is told of the record itself, as REST, tRPC and the command line tell it: instants as RFC 3339 text in UTC. */

export function revisionReport(revision: Revision) {
  return { ...revision, recordedAt: instantText(revision.recordedAt) };
}

export function curationReport({ changes, ...result }: CurationResult) {
  return { ...result, changes: changes.map(spanChangeReport) };
}

export function changesReport({ changes, ...result }: ChangesResult) {
  return { ...result, changes: changes.map(spanChangeReport) };
}

function spanChangeReport({ span, seats, positions }: SpanChange) {
  return {
    ...spanJson(span),
    seats: seats.map((change) => ({ ...change, text: changeText(change) })),
    positions: positions.map((change) => ({ ...change, text: positionChangeText(change) })),
  };
}

export function diffReport({ a, b, diff }: DiffResult) {
  const side = ({ instant, revision }: DiffResult["a"]) => ({ instant: instantText(instant), revision });
  return {
    a: side(a),
    b: side(b),
    ...diff,
    changes: diff.changes.map((change) => ({ ...change, text: changeText(change) })),
    texts: planeDiffTexts(diff),
  };
}

export function historyReport({ asOf, entries }: { readonly asOf: number; readonly entries: readonly HistoryEntry[] }) {
  return {
    asOf,
    entries: entries.map(({ ifuslot, unit, span, revision }) => {
      const { rev, kind, actor, reason, recordedAt } = revision;
      return {
        ifuslot,
        ...unit,
        ...spanJson(span),
        revision: { rev, kind, actor, reason, recordedAt: instantText(recordedAt) },
      };
    }),
  };
}

export function blameReport({ instant, asOf, seats }: Blame) {
  return {
    instant: instantText(instant),
    asOf,
    seats: seats.map(({ ifuslot, unit, from, until, revision }) => ({
      ifuslot,
      ...unit,
      from: instantTextOrNull(from),
      until: instantTextOrNull(until),
      revision: revision === null ? null : revisionReport(revision),
    })),
  };
}

export function tagReport(tag: Tag) {
  return { ...tag, horizon: instantTextOrNull(tag.horizon) };
}

export function holdReport(hold: Hold) {
  const { hold: number, ifuslots, span, actor, reason } = hold;
  return { hold: number, ifuslots, ...spanJson(span), actor, reason, text: holdText(hold) };
}

export function identifiedReport({ span, ...rest }: Identified) {
  return { ...rest, ...spanJson(span) };
}

export function checkReport({ disagreements, proposals, ...rest }: CheckResult) {
  return {
    ...rest,
    disagreements: disagreements.map((found) => ({
      frame: found.frame,
      instant: instantText(found.instant),
      recorded: found.recorded === null ? null : unitReport(found.recorded),
      span: found.span === null ? null : spanJson(found.span),
      fields: found.fields,
      text: disagreementText(found),
    })),
    proposals: proposals.map((proposal) => ({ ...proposal, text: proposalText(proposal) })),
  };
}

/** Of a row with more to it: only what is told of a unit. */
function unitReport({ ifuid, specid, specslot, contid }: Unit): Unit {
  return { ifuid, specid, specslot, contid };
}

export function timelineReport({ entries, ...timeline }: Timeline) {
  return { ...timeline, entries: entries.map(({ span, ...entry }) => ({ ...spanJson(span), ...entry })) };
}

export function statusReport(status: ServiceStatus) {
  const { now, timeZone, lastStatus, confirmedUntil, contradicted, quarantine, refused, holds, revision } = status;
  return {
    now: instantText(now),
    timeZone,
    revision,
    lastStatus:
      lastStatus === null
        ? null
        : {
            rev: lastStatus.rev,
            dataTime: instantText(lastStatus.dataTime),
            receivedAt: instantText(lastStatus.receivedAt),
          },
    confirmedUntil: instantTextOrNull(confirmedUntil),
    contradicted: contradicted.map((change) => ({ ...change, text: changeText(change) })),
    quarantine: quarantine.map(keptReport),
    refused: refused.map(keptReport),
    holds: holds.map(holdReport),
  };
}

function keptReport({ recordedAt, dataTime, ...rest }: KeptUpload) {
  return { ...rest, recordedAt: instantText(recordedAt), dataTime: instantTextOrNull(dataTime) };
}
