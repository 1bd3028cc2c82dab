import { positionText } from "../../src/domain/plane/position-text.ts";
import type { PlacementFact } from "../../src/domain/record/fact.ts";
import { type RevisionBody, readBody, usersIn } from "../../src/domain/record/revision-body.ts";
import { instantText, instantTextOrNull, type Span } from "../../src/domain/time/instant.ts";
import type { Client } from "../client/client.ts";
import { spanText } from "./span-text.ts";
import { textTable } from "./text-table.ts";

type RevisionReport = Awaited<ReturnType<Client["revisions"]["get"]["query"]>>;

/** A recorded act for people: who, when and why, what it says span by span, and the hashes at the end. */
export function revisionText(revision: RevisionReport, columns: number | null): string {
  const { rev, recordedAt, kind, actor, reason, bodySha256, prevHash, hash } = revision;
  const body = readBody(JSON.stringify(revision.body));
  const act = { revision: String(rev), when: recordedAt, kind, who: actor, why: reason === "" ? "-" : reason };
  const hashes = { "body (SHA-256)": bodySha256, "hash before": prevHash, hash };
  const table = (rows: Readonly<Record<string, string>>) => textTable(Object.entries(rows), columns);
  const said = [...entryLines(body), ...factLines(body.facts), ...sourceLines(body.source)];
  const what = said.length === 0 ? "" : `\n${said.map((line) => `${line}\n`).join("")}`;
  return `${table(act)}${what}\n${table(hashes)}`;
}

/** What it says that is no fact about seats: of a status, a tag, users. */
function entryLines(body: RevisionBody): string[] {
  const { status, tag } = body;
  const lines: string[] = [];
  if (status !== undefined) {
    const of = status.dataTime === null ? "" : ` of ${instantText(status.dataTime)}`;
    const why = status.code === null ? "" : ` (${status.code}): ${status.message}`;
    lines.push(`hardware status${of}: ${status.outcome}${why}`);
    if (status.resolves !== null) lines.push(`settles upload ${status.resolves}`);
  }
  if (tag !== undefined) {
    const end = tag.horizon === null ? "" : `, up to ${instantText(tag.horizon)}`;
    lines.push(`tag ${tag.name} is revision ${tag.asOf}${end}`);
  }
  for (const { action, username, role, enabled } of usersIn(body)) {
    lines.push(`user ${username}: ${action}, role ${role}${enabled ? "" : ", disabled"}`);
  }
  return lines;
}

function factLines({ placements, positions, holds, confirmations }: RevisionBody["facts"]): string[] {
  const facts = [
    ...placements.map(({ ifuslot, span, value }) => ({ span, text: `${ifuslot}  ${unitText(value)}` })),
    ...positions.map(({ ifuslot, ifuid, span, value }) => {
      const where = value === null ? "no longer known" : `(${positionText(value.x)}, ${positionText(value.y)})`;
      return { span, text: `${ifuslot}  position of IFU ${ifuid} ${where}` };
    }),
    ...holds.map(({ ifuslot, hold, span, value }) => {
      return { span, text: `${ifuslot}  ${value === null ? "released from" : "kept by"} hold ${hold}` };
    }),
    ...confirmations.map(({ span, value }) => ({ span, text: value === null ? "no longer confirmed" : "confirmed" })),
  ];
  return [...Map.groupBy(facts, ({ span }) => told(span))].flatMap(([span, group]) => [
    span,
    ...group.map(({ text }) => `  ${text}`),
  ]);
}

function told({ from, until }: Span): string {
  return spanText(instantText(from), instantTextOrNull(until));
}

function unitText(unit: PlacementFact["value"]): string {
  if (unit === null) return "no longer known";
  const { specid, specslot, ifuid, contid } = unit;
  const ids = Object.entries({ SPECID: specid, SPECSLOT: specslot, IFUID: ifuid, CONTID: contid });
  const there = ids.flatMap(([name, id]) => (id === null ? [] : [`${name} ${id}`]));
  return there.length === 0 ? "empty" : there.join(", ");
}

/** What it was made from: files by name and digest, small things as they are; the rest is in the whole report. */
function sourceLines(source: RevisionBody["source"]): string[] {
  const named = Object.entries(source).flatMap(([name, value]): string[] => {
    if (value === null) return [];
    if (isFile(value)) return [`${name}: ${value.name}, SHA-256 ${value.sha256}`];
    return typeof value === "object" ? [] : [`${name}: ${value}`];
  });
  const rest = Object.entries(source).filter(([, value]) => typeof value === "object" && value !== null);
  if (rest.length === 0) return named;
  return [...named, `with --json: ${rest.map(([name]) => name).join(", ")}`];
}

function isFile(value: unknown): value is { readonly name: string; readonly sha256: string } {
  return typeof value === "object" && value !== null && "name" in value && "sha256" in value;
}
