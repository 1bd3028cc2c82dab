import type { RevisionKind } from "../../src/domain/record/revision.ts";
import { DEFAULT_GATE } from "../../src/domain/status/gate.ts";
import { DAY, instantText, later } from "../../src/domain/time/instant.ts";
import { correct } from "../../src/service/correct.ts";
import { addHold, releaseHold } from "../../src/service/holds.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { setPositions } from "../../src/service/positions.ts";
import { retract } from "../../src/service/retract.ts";
import { revert } from "../../src/service/revert.ts";
import type { Store } from "../../src/service/store.ts";
import { addTag } from "../../src/service/tags.ts";
import { discardUpload } from "../../src/service/uploads.ts";
import { resealKeys, rotateKey } from "../../src/service/user-keys.ts";
import { ADMIN, addUsers, CURATOR, importOf, observatory } from "./observatory.ts";
import { ask, changed, fileOf, newestRevision, send, unitsIn } from "./verbs.ts";

const KINDS: Readonly<Record<RevisionKind, true>> = {
  ...{ update: true, refuse: true, quarantine: true, discard: true, import: true, correct: true, retract: true },
  ...{ revert: true, positions: true, hold: true, release: true, tag: true, user: true },
};

/** Acts of every kind that there is, on an empty store. @returns the days that they are about */
export async function actsOfEveryKind(store: Store): Promise<readonly string[]> {
  const deps = { ...observatory(store), gate: DEFAULT_GATE };
  const begin = deps.clock();
  const day = (days: number) => instantText(later(begin, days * DAY));
  const span = { from: day(1), until: day(3) };
  const units = unitsIn(20);
  const said = { reason: 'a "reason" with\na line break, a \\ and an Å', commit: true };
  await addUsers(deps);
  await rotateKey(deps, ADMIN, "cron");
  await resealKeys(deps, ADMIN, new Uint8Array(32).fill(7)); // about all users at once
  const imported = importOf("old.txt", fileOf(units, { at: { "014": [-450.1, 50.2] } }), day(-9), { actual: true });
  await importFplane(deps, CURATOR, imported);
  await send(deps, units);
  const refused = send(deps, [...units, { ifuslot: "105", ifuid: "001", specid: "301" }]);
  const conflict = await refused.catch((error) => error.code);
  const waits = await send(deps, units.slice(10)).catch((error) => error.details.upload);
  await discardUpload(deps, CURATOR, { upload: waits, reason: "not so many at once" });
  const corrections = [{ ifuslot: "013", ...span, set: { specid: "399", contid: "S/N Ø" } }];
  const { revision } = await correct(deps, CURATOR, { corrections, ...said });
  await setPositions(deps, CURATOR, { text: "013 -449.9 150.1", name: "l", drop: [], force: false, ...span, ...said });
  await retract(deps, CURATOR, { ifuslots: ["015"], ...span, ...said });
  await revert(deps, CURATOR, { revision: revision ?? 0, ...said });
  const { hold } = await addHold(deps, CURATOR, { ifuslots: ["016"], ...span, reason: said.reason, commit: true });
  await addTag(deps, CURATOR, { name: "dr1", horizon: day(5), reason: said.reason });
  deps.testClock.advance(DAY);
  await send(deps, changed(units, { "014": { specid: "398" } }), { at: later(deps.clock(), 1) });
  await releaseHold(deps, CURATOR, { hold, reason: said.reason, commit: true });
  await addHold(deps, CURATOR, { ifuslots: [], from: day(9), reason: said.reason, commit: true });
  const kinds = new Set((await store.revisions(null, 100)).map(({ kind }) => kind));
  const missing = Object.keys(KINDS).filter((kind) => !kinds.has(kind as RevisionKind));
  if (missing.length > 0 || conflict !== "conflict") throw new Error(`no act of the kind ${missing} was made`);
  return [-10, -9, 0, 1, 2, 3, 4].map(day);
}

/** Everything that a record answers: each variant at some days, as each of its revisions knew it. */
export async function allAnswers(store: Store, days: readonly string[]): Promise<readonly unknown[]> {
  const deps = observatory(store);
  const answers: unknown[] = [];
  for (let rev = 1; rev <= (await newestRevision(deps)); rev += 1) {
    for (const [i, day] of days.entries()) {
      const layout = (["full", "short", "all-slots"] as const)[(rev + i) % 3] ?? "full";
      const asked = ask(deps, day, { asOf: String(rev), actualPositions: i % 2 === 0, layout });
      answers.push(
        await asked.then(
          ({ text, plane, interval, confirmedUntil, lastModified }) => ({
            text,
            plane,
            interval,
            confirmedUntil,
            lastModified,
          }),
          ({ code, details }) => ({ code, details }),
        ),
      );
    }
  }
  return answers;
}
