import { FplaneError } from "../domain/errors.ts";
import type { Span } from "../domain/instant.ts";
import { readBody } from "../domain/revision-body.ts";
import type { Answers } from "./answers.ts";
import type { Made } from "./newest-revision.ts";
import type { RowChanges, Store, Writes } from "./store.ts";

/** A store whose revisions are known to the answers as soon as they are made. */
export function announcing(store: Store, answers: Answers): Store {
  const write: Store["write"] = async (act) => {
    let made: Made[] = [];
    const value = await store.write(async (tx) => {
      made = [];
      const done = await act(noting(tx, made));
      if (!done.keep) made = [];
      return done;
    });
    try {
      await answers.learn(made);
    } catch (error) {
      // It is recorded, whatever became of the database since; what is answered until it is back is marked as stale.
      if (!(error instanceof FplaneError && error.code === "unavailable")) throw error;
    }
    return value;
  };
  return Object.assign(Object.create(store) as Store, { write });
}

/**
 * Notes what is written. A row that is superseded lies within what the revision says and the rows that are left of it. Of
 * what is confirmed only what the revision itself says counts: a night more does not change the years before it.
 */
function noting(tx: Writes, made: Made[]): Writes {
  let spans: Span[] = [];
  const note = <K, V>({ added }: RowChanges<K, V>) => void spans.push(...added.map((row) => row.span));
  return {
    ...tx,
    addRevision: async ({ body, ...revision }) => {
      const { placements, positions, confirmations } = readBody(body).facts;
      spans = [...placements, ...positions, ...confirmations].map((fact) => fact.span);
      made.push({ revision, spans });
      await tx.addRevision({ ...revision, body });
    },
    changePlacements: async (rev, changes) => {
      note(changes);
      await tx.changePlacements(rev, changes);
    },
    changePositions: async (rev, changes) => {
      note(changes);
      await tx.changePositions(rev, changes);
    },
  };
}
