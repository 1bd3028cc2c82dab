import { hasCode } from "../../domain/errors.ts";
import type { Span } from "../../domain/time/instant.ts";
import type { Store, Writes } from "../store.ts";
import type { Answers } from "./answers.ts";
import type { Made } from "./newest-revision.ts";

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
      if (!hasCode(error, "unavailable")) throw error;
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
  return {
    ...tx,
    addRevision: async (row) => {
      const { body: _, ...revision } = row;
      spans = [];
      made.push({ revision, spans });
      await tx.addRevision(row);
    },
    changePlacements: async (rev, changes) => {
      spans.push(...changes.said, ...changes.added.map((row) => row.span));
      await tx.changePlacements(rev, changes);
    },
    changePositions: async (rev, changes) => {
      spans.push(...changes.said, ...changes.added.map((row) => row.span));
      await tx.changePositions(rev, changes);
    },
    changeConfirmations: async (rev, changes) => {
      spans.push(...changes.said);
      await tx.changeConfirmations(rev, changes);
    },
  };
}
