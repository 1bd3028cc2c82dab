import { describe, expect, test } from "bun:test";
import { NO_FACTS } from "../../../src/domain/record/fact.ts";
import { bodyText, type RevisionBody, readBody, usersIn } from "../../../src/domain/record/revision-body.ts";
import { type Instant, instantOf } from "../../../src/domain/time/instant.ts";
import { resolveBound } from "../../../src/domain/time/night.ts";

const FROM = instantOf("2020-03-01T00:00:00.000001Z");
const SPAN = { from: FROM, until: instantOf("2020-04-01T00:00:00Z") };
const OPEN = { from: FROM, until: null };
const UNIT = { ifuid: "001", specid: null, specslot: "111", contid: "S/N 0001" };

describe("the body of a revision", () => {
  const bodies: Record<string, RevisionBody> = {
    "nothing but its source": { facts: NO_FACTS, source: { text: 'quoted "é"\n\u0000\u2028', n: 1.5, none: null } },
    facts: {
      facts: {
        placements: [
          { ifuslot: "013", span: SPAN, value: UNIT },
          { ifuslot: "014", span: OPEN, value: null },
        ],
        positions: [
          { ifuslot: "013", ifuid: "001", span: OPEN, value: { x: -450.001, y: 0 } },
          { ifuslot: "013", ifuid: "001", span: SPAN, value: null },
        ],
        confirmations: [
          { span: SPAN, value: SPAN.until },
          { span: SPAN, value: null },
        ],
        holds: [
          { ifuslot: "013", hold: 7, span: OPEN, value: true },
          { ifuslot: "013", hold: 7, span: SPAN, value: null },
        ],
      },
      source: {},
    },
    "a status": {
      facts: NO_FACTS,
      status: {
        outcome: "refused",
        sha256: "0".repeat(64),
        dataTime: FROM,
        startsAt: null,
        code: "stale-status",
        message: "too old",
        resolves: null,
      },
      source: {},
    },
    "a tag": { facts: NO_FACTS, tag: { name: "DR1", asOf: 3, horizon: FROM }, source: {} },
    "a tag without a horizon": { facts: NO_FACTS, tag: { name: "DR1", asOf: 3, horizon: null }, source: {} },
    "a user": {
      facts: NO_FACTS,
      user: { action: "add", username: "ada", role: "admin", enabled: true, digest: "ab" },
      source: {},
    },
    "all users": {
      facts: NO_FACTS,
      users: ["ada", "cron"].map((username) => ({
        ...{ action: "reseal", username, role: "admin", enabled: true, digest: "ab" },
      })),
      source: {},
    },
  };

  test.each(Object.keys(bodies))("is read back as it was written: %s", (what) => {
    const body = bodies[what];
    if (body === undefined) throw new Error(what);
    expect(readBody(bodyText(body))).toEqual(body);
    expect(bodyText(readBody(bodyText(body)))).toBe(bodyText(body));
  });

  test.each(["0001-01-01T00:00:00Z", "1969-12-31T23:59:59.5Z", "9999-12-31T23:59:59.999999Z", "99991231T235959.5"])(
    "is read back with a bound that somebody may give: %s",
    (datestr) => {
      const from = resolveBound(datestr, { now: 0 as Instant, timeZone: "America/Chicago", night: "local" });
      const placements = [{ ifuslot: "013", span: { from, until: null }, value: UNIT }];
      const body = { facts: { ...NO_FACTS, placements }, source: {} };
      expect(readBody(bodyText(body))).toEqual(body);
    },
  );

  test("tells which users it is about", () => {
    const ada = { action: "reseal", username: "ada", role: "admin", enabled: true, digest: "ab" } as const;
    const cora = { ...ada, username: "cora" };
    expect(usersIn({ facts: NO_FACTS, source: {} })).toEqual([]);
    expect(usersIn({ facts: NO_FACTS, user: ada, source: {} })).toEqual([ada]);
    expect(usersIn({ facts: NO_FACTS, users: [ada, cora], source: {} })).toEqual([ada, cora]);
  });
});
