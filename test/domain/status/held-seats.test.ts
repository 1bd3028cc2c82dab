import { describe, expect, test } from "bun:test";
import type { Unit } from "../../../src/domain/plane/placement.ts";
import { blockedSpans } from "../../../src/domain/status/held-seats.ts";
import type { Instant, Span } from "../../../src/domain/time/instant.ts";

const span = (from: number, until: number | null): Span => ({ from: from as Instant, until: until as Instant | null });
const unit = (ifuid: string | null, specid: string | null): Unit => ({ ifuid, specid, specslot: null, contid: null });
const change = (ifuslot: string, before: Unit | null, after: Unit | null) => ({ ifuslot, before, after });
const blocked = (changes: Parameters<typeof blockedSpans>[0], held: Record<string, Span[]>) =>
  Object.fromEntries(blockedSpans(changes, new Map(Object.entries(held))));

const HELD = [span(5, 9)];

describe("a status leaves alone", () => {
  test("the held seats that it would change, and no others", () => {
    const changes = [change("013", unit("001", "301"), unit("001", "399")), change("014", null, unit("002", "302"))];
    expect(blocked(changes, { "013": HELD, "015": HELD })).toEqual({ "013": HELD });
    expect(blocked(changes, {})).toEqual({});
  });

  test.each([
    ["IFU", unit("001", null), unit("001", "302")],
    ["spectrograph", unit(null, "301"), unit("002", "301")],
  ])("a seat that would get the %s that a held one keeps, while it is held", (_what, kept, got) => {
    const changes = [change("013", kept, unit("099", "399")), change("014", unit("002", "302"), got)];
    expect(blocked(changes, { "013": HELD })).toEqual({ "013": HELD, "014": HELD });
  });

  test("and so on from seat to seat, in whatever order they are told", () => {
    const turn = [
      change("015", unit("003", "303"), unit("002", "302")),
      change("014", unit("002", "302"), unit("001", "301")),
      change("013", unit("001", "301"), unit("003", "303")),
    ];
    for (const changes of [turn, turn.toReversed()])
      expect(blocked(changes, { "013": HELD })).toEqual({ "013": HELD, "014": HELD, "015": HELD });
  });

  test("not a seat that is emptied like a held one: two empty seats share nothing", () => {
    const changes = [
      change("013", unit(null, null), unit("001", "301")),
      change("014", unit("002", "302"), unit(null, null)),
    ];
    expect(blocked(changes, { "013": HELD })).toEqual({ "013": HELD });
  });

  test("over every span of every seat that it depends on, each once", () => {
    const longer = span(5, null);
    const changes = [
      change("013", unit("001", "301"), unit("099", "399")),
      change("014", unit("002", "302"), unit("098", "398")),
      change("015", unit("003", "303"), unit("001", "302")),
    ];
    expect(blocked(changes, { "013": HELD, "014": [...HELD, longer] })["015"]).toEqual([...HELD, longer]);
  });
});
