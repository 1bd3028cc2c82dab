import { cpSync } from "node:fs";
import { join } from "node:path";
import { replay } from "../../bin/project/open-project.ts";
import { openStore } from "../../db/open.ts";
import { renderFplane } from "../../src/domain/files/fplane-file.ts";
import { type Instant, later, SECOND } from "../../src/domain/time/instant.ts";
import { configurationAt } from "../../src/service/configuration.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import type { Store } from "../../src/service/store.ts";
import { addTag } from "../../src/service/tags.ts";
import { copyEmpty } from "./engines.ts";
import { addUsers, CURATOR, importOf, observatory } from "./observatory.ts";
import { madeUpPlane } from "./planes.ts";
import { send, unitsIn } from "./verbs.ts";

/** A copy of an embedded database's directory, for a test to damage. */
export type DamagedCopy = {
  readonly directory: string;
  readonly database: string;
  readonly journal: string;
  readonly digests: string;
  /** What was said of repairs when it was opened. */
  readonly notices: string[];
  readonly open: () => Promise<Store>;
};

/** A record of a few acts of each kind, and what it answers. */
export type Damageable = {
  readonly copy: () => DamagedCopy;
  /** What every revision knows, as files: measured positions, at an instant after its newest change. */
  readonly answers: (store: Store) => Promise<string[]>;
  /** What the undamaged one answers. */
  readonly expected: readonly string[];
  /** Records so many revisions more. */
  readonly record: (store: Store, count: number) => Promise<void>;
};

/** Users, an import, statuses, each changing spectrographs, and last a tag, whose line in the journal is short. */
export async function damageable(root: string, statuses = 6): Promise<Damageable> {
  const original = join(root, "original");
  await copyEmpty(original);
  const store = await openAt(original, []);
  const deps = observatory(store);
  await addUsers(deps);
  const text = renderFplane(madeUpPlane(), "full");
  await importFplane(deps, CURATOR, importOf("plane.txt", text, "20180101", { actual: true, force: true }));
  let shift = 0;
  const record = async (into: Store, count: number) => {
    const { testClock, ...site } = observatory(into, deps.testClock);
    for (let i = 0; i < count; i += 1) {
      testClock.advance(60 * SECOND);
      shift += 1;
      const units = unitsIn(40).map((unit) => ({ ...unit, specid: String(Number(unit.specid) + (shift % 7) * 50) }));
      await send(site, units);
    }
  };
  await record(store, statuses);
  await addTag(deps, CURATOR, { name: "t1", reason: "" });
  const at = later(deps.clock(), SECOND);
  const expected = await answersOf(store, at);
  await store.close();
  let copies = 0;
  return {
    answers: (of) => answersOf(of, at),
    expected,
    record,
    copy: () => {
      copies += 1;
      const directory = join(root, `copy-${copies}`);
      cpSync(original, directory, { recursive: true });
      const notices: string[] = [];
      return {
        directory,
        database: join(directory, "database"),
        journal: join(directory, "journal.jsonl"),
        digests: join(directory, "database.digests"),
        notices,
        open: () => openAt(directory, notices),
      };
    },
  };
}

async function openAt(directory: string, notices: string[]): Promise<Store> {
  const notice = (message: string) => void notices.push(message);
  return await openStore({ engine: "embedded", directory }, "HETDEX", { replay, notice });
}

async function answersOf(store: Store, at: Instant): Promise<string[]> {
  const newest = (await store.newestRevision())?.rev ?? 0;
  const answers: string[] = [];
  for (let rev = 1; rev <= newest; rev += 1) {
    const hash = (await store.revisionNumbered(rev))?.hash;
    const file = await configurationAt(store, at, rev, true).then(
      ({ plane }) => renderFplane(plane, "full"),
      () => "no configuration",
    );
    answers.push(`${rev} ${hash}\n${file}`);
  }
  return answers;
}
