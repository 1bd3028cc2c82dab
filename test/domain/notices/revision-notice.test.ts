import { describe, expect, test } from "bun:test";
import type { Notice } from "../../../src/domain/notices/notice.ts";
import { type Noticed, noticeOf } from "../../../src/domain/notices/revision-notice.ts";
import type { SpanChange } from "../../../src/domain/record/change-spans.ts";
import { NO_FACTS } from "../../../src/domain/record/fact.ts";
import type { Revision, RevisionKind } from "../../../src/domain/record/revision.ts";
import type { RevisionBody, StatusEntry } from "../../../src/domain/record/revision-body.ts";
import { instantOf } from "../../../src/domain/time/instant.ts";
import { expectGolden } from "../../support/golden.ts";

const TAKEN_AT = instantOf("2020-07-01T22:30:00Z");

function revision(kind: RevisionKind, rev = 12, told: Partial<Revision> = {}): Revision {
  const [actor, reason, recordedAt] = ["cron", "", instantOf("2020-07-01T22:31:07.25Z")];
  const hashes = { bodySha256: "b".repeat(64), prevHash: "a".repeat(64), hash: "0123456789abcdef".repeat(4) };
  return { rev, recordedAt, kind, actor, reason, ...hashes, ...told };
}

function status(outcome: StatusEntry["outcome"], told: Partial<StatusEntry> = {}): StatusEntry {
  const nothing = { startsAt: null, code: null, message: null, resolves: null };
  return { outcome, sha256: "c".repeat(64), dataTime: TAKEN_AT, ...nothing, ...told };
}

function noticed(kind: RevisionKind, body: Partial<RevisionBody>, told: Partial<Noticed> = {}): Noticed {
  const whole = { facts: NO_FACTS, source: {}, ...body };
  return { project: "HETDEX", revision: revision(kind), body: whole, first: 12, changes: [], ...told };
}

const unit = (ifuid: string, specid: string, specslot: string, contid: string | null = null) => ({
  ifuid,
  specid,
  specslot,
  contid,
});

const SWAP: SpanChange = {
  span: { from: TAKEN_AT, until: null },
  seats: [
    { ifuslot: "021", before: unit("035", "315", "218"), after: unit("035", "399", "111", "S/N 0059") },
    { ifuslot: "022", before: unit("043", "319", "219"), after: null },
  ],
  positions: [],
};

const CURATED: readonly SpanChange[] = [
  { ...SWAP, span: { from: instantOf("2020-06-01T17:00:00Z"), until: instantOf("2020-06-08T17:00:00Z") } },
  {
    span: { from: instantOf("2020-06-08T17:00:00Z"), until: null },
    seats: [],
    positions: [
      { ifuslot: "021", ifuid: "035", before: null, after: { x: -350.11, y: 250.2 } },
      { ifuslot: "023", ifuid: "044", before: { x: -349.9, y: 150.3 }, after: null },
    ],
  },
];

const CONTRADICTED = [{ ifuslot: "031", before: unit("021", "401", "235"), after: unit("021", "402", "235") }];

const curator = { actor: "cora", reason: "swapped during the day, see the night log" };

const CASES: readonly (readonly [string, Noticed])[] = [
  [
    "status-with-everything",
    noticed(
      "update",
      {
        status: status("taken"),
        source: {
          firstSeen: { specid: ["399"], ifuid: [], contid: ["S/N 0059", "S/N 0061"] },
          contradicted: CONTRADICTED,
        },
      },
      { changes: [SWAP] },
    ),
  ],
  ["hold-contradicted", noticed("update", { status: status("taken"), source: { contradicted: CONTRADICTED } })],
  [
    "released",
    noticed(
      "update",
      { status: status("taken", { resolves: 9 }) },
      { changes: [SWAP], revision: revision("update", 12, curator) },
    ),
  ],
  ["correction", noticed("correct", {}, { changes: CURATED, revision: revision("correct", 12, curator) })],
  [
    "import-of-several",
    noticed("import", {}, { changes: [SWAP], revision: revision("import", 12, curator), first: 4 }),
  ],
  [
    "refused-stale",
    noticed("refuse", {
      status: status("refused", {
        code: "stale-status",
        message: "the hardware status was taken at 2020-07-01T12:00:00Z, 10.5 h ago; more than 6 h is too old",
      }),
    }),
  ],
  [
    "refused-conflict",
    noticed("refuse", {
      status: status("refused", {
        code: "conflict",
        message: "the hardware status contradicts itself: IFU 035 is in seats 021 and 022",
      }),
    }),
  ],
  [
    "refused-not-understood",
    noticed("refuse", {
      status: status("refused", { code: "bad-status", dataTime: null, message: "config has no unit record" }),
    }),
  ],
  [
    "quarantine",
    noticed("quarantine", {
      status: status("quarantined", {
        code: "quarantined",
        message: "the status waits for a curator: it changes 31 seats, 43 % of the 72 active units (more than 25 %)",
      }),
    }),
  ],
];

/** As a mail shows it. */
function mailText({ subject, text }: Notice): string {
  return `Subject: ${subject}\n\n${text}`;
}

describe("what operators are told of a revision", () => {
  test.each(CASES)("%s", (name, given) => {
    const notice = noticeOf(given);
    if (notice === null) throw new Error("nothing is told");
    expectGolden(`notices/${name}.txt`, mailText(notice));
    expectGolden(`notices/${name}.json`, `${JSON.stringify(notice.json, null, 2)}\n`);
  });

  test("findings are events that programs can branch on", () => {
    const events = Object.fromEntries(CASES.map(([name, given]) => [name, noticeOf(given)?.json.events]));
    expect(events).toEqual({
      "status-with-everything": ["new-spectrograph", "new-controller", "changed", "hold-contradicted"],
      "hold-contradicted": ["hold-contradicted"],
      released: ["changed"],
      correction: ["changed"],
      "import-of-several": ["changed"],
      "refused-stale": ["refused"],
      "refused-conflict": ["conflict", "refused"],
      "refused-not-understood": ["refused"],
      quarantine: ["quarantined"],
    });
  });

  const user = { action: "add", username: "nell", role: "updater", enabled: true, digest: "d".repeat(64) } as const;
  const nothing: readonly (readonly [string, Noticed])[] = [
    [
      "a status that agrees",
      noticed("update", { status: status("taken"), source: { firstSeen: {}, contradicted: [] } }),
    ],
    ["a user's revision", noticed("user", { user })],
    ["a tag", noticed("tag", { tag: { name: "dr1", asOf: 3, horizon: null } })],
    ["a hold", noticed("hold", {})],
    ["a quarantined upload that is discarded", noticed("discard", { status: status("discarded", { resolves: 3 }) })],
    ["a correction that changes nothing", noticed("correct", {})],
  ];
  test.each(nothing)("nothing is told of %s", (_, given) => {
    expect(noticeOf(given)).toBeNull();
  });

  test("the id is the same for the same revision, and another for another record", () => {
    const given = noticed("correct", {}, { changes: CURATED });
    expect(noticeOf(given)?.id).toBe("hetdex-revision-12-01234567");
    const other = { ...given, revision: revision("correct", 12, { hash: "f".repeat(64) }) };
    expect(noticeOf(other)?.id).toBe("hetdex-revision-12-ffffffff");
  });

  test("line breaks that a client sent forge neither a header nor a line of the text", () => {
    const message = "config: x\r\nBcc: eve@example.org\n\nRevision 99 of HETDEX";
    const given = noticed("refuse", { status: status("refused", { code: "bad-status", message }) });
    const notice = noticeOf({ ...given, revision: revision("refuse", 12, { actor: "cron" }) });
    expect(notice?.subject).not.toMatch(/[\r\n]/);
    expect(notice?.text).toContain("  config: x Bcc: eve@example.org Revision 99 of HETDEX\n");
  });

  test("a long diff is cut, and says where the rest is", () => {
    const seats = Array.from({ length: 300 }, (_, i) => ({
      ifuslot: String(i).padStart(3, "0"),
      before: null,
      after: unit("035", "315", "218"),
    }));
    const notice = noticeOf(noticed("import", {}, { changes: [{ ...SWAP, seats }] }));
    expect(notice?.text.split("\n").length).toBeLessThan(220);
    expect(notice?.text).toContain("... and 101 lines more: fplane changes --from-rev 11 --to-rev 12\n");
  });
});
