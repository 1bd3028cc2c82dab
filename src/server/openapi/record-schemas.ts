import { z } from "zod";
import type {
  changesReport,
  checkReport,
  diffReport,
  historyReport,
  identifiedReport,
  revisionReport,
  statusReport,
  tagReport,
  timelineReport,
} from "../../service/reports/record-report.ts";
import {
  arcsec,
  code,
  digest,
  end,
  id,
  instant,
  layout,
  of,
  point,
  revisionNumber,
  seat,
  seatChange,
  spanChange,
  unit,
} from "./elements.ts";

/** What is answered about the record itself, as schemas: see openapi-schemas.ts. */

const kind = z.enum([
  ...["update", "refuse", "quarantine", "discard", "import", "correct", "retract", "revert"],
  ...["positions", "hold", "release", "tag", "user"],
] as unknown as [Revision["kind"], ...Revision["kind"][]]);

type Revision = ReturnType<typeof revisionReport>;

export const revision = of<Revision>()(
  z
    .strictObject({
      rev: revisionNumber,
      recordedAt: instant,
      kind,
      actor: z.string(),
      reason: z.string(),
      bodySha256: digest,
      prevHash: z.string().describe("hash of the revision before; empty for the first"),
      hash: digest,
    })
    .meta({ id: "Revision", description: "One recorded act" }),
);

const appearance = z.strictObject({ kind: z.enum(["ifuid", "specid"]), id, ifuslot: seat });
const side = z.strictObject({ instant, revision: revisionNumber });

export const diff = of<ReturnType<typeof diffReport>>()(
  z
    .strictObject({
      a: side,
      b: side,
      changes: z.array(seatChange),
      swaps: z.array(
        z.strictObject({
          kind: z.enum(["ifuid", "specid"]),
          seats: z.tuple([seat, seat]),
          ids: z.tuple([id, id]),
        }),
      ),
      moves: z.array(z.strictObject({ kind: z.enum(["ifuid", "specid"]), id, from: seat, to: seat })),
      added: z.array(appearance),
      removed: z.array(appearance),
      repositioned: z.array(
        z.strictObject({ ifuslot: seat, ifuid: id.nullable(), before: point, after: point, distance: z.number() }),
      ),
      texts: z.array(z.string()),
    })
    .meta({ id: "Diff" }),
);

export const history = of<ReturnType<typeof historyReport>>()(
  z
    .strictObject({
      asOf: revisionNumber,
      entries: z.array(
        unit.extend({
          ifuslot: seat,
          from: instant,
          until: end,
          revision: revision.pick({ rev: true, kind: true, actor: true, reason: true, recordedAt: true }),
        }),
      ),
    })
    .meta({ id: "History" }),
);

export const changes = of<ReturnType<typeof changesReport>>()(
  z
    .strictObject({
      fromRev: revisionNumber,
      toRev: revisionNumber,
      changes: z.array(spanChange),
      nights: z.array(z.string()).describe("dates of the evenings"),
    })
    .meta({ id: "Changes" }),
);

export const tag = of<ReturnType<typeof tagReport>>()(
  z
    .strictObject({ name: z.string(), asOf: revisionNumber, horizon: instant.nullable(), rev: revisionNumber })
    .meta({ id: "Tag" }),
);

export const identified = of<ReturnType<typeof identifiedReport>>()(
  z
    .strictObject({
      layout,
      actualPositions: z.boolean(),
      from: instant,
      until: end,
      revisions: z.strictObject({ from: revisionNumber, until: revisionNumber.nullable() }),
    })
    .meta({ id: "Identified", description: "A variant that gave the bytes, and as which revisions knew it" }),
);

export const timeline = of<ReturnType<typeof timelineReport>>()(
  z
    .strictObject({
      revision: revisionNumber,
      timeZone: z.string(),
      entries: z.array(
        z.strictObject({
          from: instant,
          until: end,
          datestr: z.string(),
          changed: z.array(unit.extend({ ifuslot: seat, x: arcsec, y: arcsec, measured: z.boolean() })),
        }),
      ),
    })
    .meta({ id: "Timeline", description: "All that the focal plane has been, each stretch by what changed" }),
);

const upload = z.strictObject({
  rev: revisionNumber,
  code: code.nullable(),
  outcome: z.enum(["taken", "refused", "quarantined", "discarded"]),
  actor: z.string(),
  recordedAt: instant,
  dataTime: instant.nullable(),
  message: z.string().nullable(),
});

export const status = of<ReturnType<typeof statusReport>>()(
  z
    .strictObject({
      now: instant,
      timeZone: z.string(),
      revision: z.int().min(0),
      lastStatus: z.strictObject({ rev: revisionNumber, dataTime: instant, receivedAt: instant }).nullable(),
      confirmedUntil: instant.nullable(),
      contradicted: z.array(seatChange),
      quarantine: z.array(upload),
      refused: z.array(upload),
      holds: z.array(
        z.strictObject({
          hold: revisionNumber,
          ifuslots: z.array(seat),
          from: instant,
          until: end,
          actor: z.string(),
          reason: z.string(),
          text: z.string(),
        }),
      ),
    })
    .meta({ id: "Status" }),
);

const frame = z.strictObject({
  line: z.int(),
  file: z.string(),
  ifuslot: seat,
  specid: id.nullable(),
  specslot: id.nullable(),
  ifuid: id.nullable(),
  datestr: z.string(),
});

export const check = of<ReturnType<typeof checkReport>>()(
  z
    .strictObject({
      checked: z.int(),
      revision: revisionNumber,
      disagreements: z.array(
        z.strictObject({
          frame,
          instant,
          recorded: unit.nullable(),
          span: z.strictObject({ from: instant, until: end }).nullable(),
          fields: z.array(z.enum(["specid", "specslot", "ifuid"])),
          text: z.string(),
        }),
      ),
      proposals: z.array(
        z.strictObject({
          ifuslot: seat,
          from: z.string(),
          until: z.string(),
          set: z.record(z.string(), z.string()),
          frames: z.int(),
          text: z.string(),
        }),
      ),
    })
    .meta({ id: "Check" }),
);
