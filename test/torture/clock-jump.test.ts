import { expect, test } from "bun:test";
import { DAY, HOUR, type Instant, instantOf, instantText, later, SECOND } from "../../src/domain/time/instant.ts";
import { verifyRecord } from "../../src/service/record/verify-record.ts";
import { describeOnEngines } from "../support/engines.ts";
import { hardwareStatus } from "../support/hardware-status.ts";
import { addUsers, observatory, TestClock, testApp } from "../support/observatory.ts";
import { as } from "../support/site.ts";
import { unitsIn } from "../support/verbs.ts";
import { recordFigure } from "./figures.ts";
import { FULL } from "./scale.ts";
import { digest } from "./storm.ts";

const JUMPS = FULL ? 300 : 9;
const BEGIN = instantOf("2020-07-01T18:00:00Z");

/** By how much the server's clock is wrong, one after the other; the telescope's is right all the while. */
const OFFSETS = [0, DAY, 0, -DAY, DAY, -DAY, 0, 11 * HOUR, -HOUR];

type Taken = { readonly rev: number; readonly from: string; readonly sha256: string };

describeOnEngines("a server whose clock jumps by a day, to and fro", (engine) => {
  test(
    "takes no status for what it is not, keeps record times rising, and answers as before",
    async () => {
      const { store } = await engine.open();
      const clock = new TestClock(instantText(BEGIN));
      const deps = observatory(store, clock);
      const keys = await addUsers(deps);
      const { app } = testApp(deps);
      const taken: Taken[] = [];
      const codes = new Map<string, number>();

      const update = async (truth: Instant, turn: number) => {
        const units = unitsIn(6).map((unit, i) => ({
          ...unit,
          specid: i < 2 ? String(400 + i * 100 + (turn % 90)) : unit.specid,
        }));
        const body = JSON.stringify({ config: hardwareStatus(units, truth), commit: true });
        const headers = { ...as(keys.updater), accept: "application/json" };
        const response = await app.request("/fplane", { method: "POST", body, headers });
        const told = (await response.json()) as { code?: string; revision: number; from: string; text: string };
        const outcome = told.code ?? "taken";
        codes.set(outcome, (codes.get(outcome) ?? 0) + 1);
        if (response.status === 200) taken.push({ rev: told.revision, from: told.from, sha256: digest(told.text) });
        return outcome;
      };

      expect(await update(BEGIN, 0)).toBe("taken");
      for (let turn = 1; turn <= JUMPS; turn += 1) {
        const truth = later(BEGIN, turn * 60 * SECOND);
        const offset = OFFSETS[turn % OFFSETS.length] ?? 0;
        clock.set(instantText(later(truth, offset)));
        expect([offset / HOUR, await update(truth, turn)]).toEqual([offset / HOUR, expectedWith(offset)]);
        // Now as the server has it may lie before the first configuration; what was recorded for the truth is answered always.
        const answer = await app.request(`/fplane/${instantText(truth)}`);
        expect([answer.status, answer.headers.get("x-fplane-revision")]).toEqual([200, String(await newest(store))]);
      }

      const revisions = (await store.revisions(null, 100_000)).toReversed();
      for (const [i, { recordedAt }] of revisions.entries())
        expect(recordedAt).toBeGreaterThan(revisions[i - 1]?.recordedAt ?? 0);
      for (const { rev, from, sha256 } of taken) {
        const then = revisions[rev - 1]?.recordedAt as Instant;
        for (const asOf of [String(rev), instantText(then)]) {
          const answer = await app.request(`/fplane/${from}?as_of=${asOf}`);
          expect([asOf, answer.headers.get("x-fplane-revision")]).toEqual([asOf, String(rev)]);
          expect(digest(await answer.text())).toBe(sha256);
        }
      }
      const fresh = await engine.open();
      expect(await verifyRecord(store, fresh.store)).toMatchObject({ revisions: revisions.length, faults: [] });
      const refused = [...codes].filter(([code]) => code !== "taken").map(([code, times]) => `${times} ${code}`);
      recordFigure(
        `jumps of the clock by a day (${engine.name})`,
        `${JUMPS}: ${taken.length} statuses taken, 0 lost, ${refused.join(" and ")}, each kept with its reason; ${revisions.length} revisions in rising times`,
      );
    },
    FULL ? 1_800_000 : 120_000,
  );
});

/** A status that is right looks old to a clock that is ahead, and in the future to one that is behind. */
function expectedWith(offset: number): string {
  if (offset > 6 * HOUR) return "stale-status";
  return offset < -DAY ? "future-status" : "taken";
}

async function newest(store: Parameters<typeof verifyRecord>[0]): Promise<number> {
  return (await store.newestRevision())?.rev ?? 0;
}
