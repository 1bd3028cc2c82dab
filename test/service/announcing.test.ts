import { expect, test } from "bun:test";
import { FplaneError } from "../../src/domain/errors.ts";
import { NO_FACTS } from "../../src/domain/fact.ts";
import type { Instant, Span } from "../../src/domain/instant.ts";
import { bodyText } from "../../src/domain/revision-body.ts";
import { EMPTY_UNIT } from "../../src/domain/status-units.ts";
import { announcing } from "../../src/service/announcing.ts";
import type { Answers } from "../../src/service/answers.ts";
import type { Made } from "../../src/service/newest-revision.ts";
import type { Store, Writes } from "../../src/service/store.ts";

const at = (instant: number) => instant as Instant;
const span = (from: number, until: number): Span => ({ from: at(from), until: at(until) });

/** A database in which acts change nothing, and answers that hear of what was made. @param refusal what they say to it */
function announced(refusal: unknown = null) {
  const heard: (readonly Made[])[] = [];
  const nothing = async () => {};
  const tx = {
    addRevision: nothing,
    changePlacements: nothing,
    changePositions: nothing,
    changeConfirmations: nothing,
  };
  const store = { write: async (act) => (await act(tx as unknown as Writes)).value } as Store;
  const learn: Answers["learn"] = async (made) => {
    heard.push(made);
    if (refusal !== null) throw refusal;
  };
  return { store: announcing(store, { learn } as Answers), heard };
}

/** Makes a revision that says of a seat that it is empty over a span, and confirms others. */
async function emptySeat(tx: Writes, rev: number, over: Span, ...confirmed: readonly Span[]): Promise<void> {
  const placements = [{ ifuslot: "013", span: over, value: EMPTY_UNIT }];
  const confirmations = confirmed.map((each) => ({ span: each, value: each.until }));
  const body = bodyText({ facts: { ...NO_FACTS, placements, confirmations }, source: {} });
  const head = { rev, recordedAt: at(rev), actor: "cora", reason: "r", bodySha256: "", prevHash: "", hash: `${rev}` };
  await tx.addRevision({ ...head, kind: "correct", body });
}

test("the revisions of an act are told, each with the spans that it speaks of and those of the rows that it leaves", async () => {
  const { store, heard } = announced();
  await store.write(async (tx) => {
    await emptySeat(tx, 1, span(10, 20));
    await tx.changePlacements(1, { superseded: [7], added: [{ key: "013", span: span(5, 10), value: EMPTY_UNIT }] });
    await emptySeat(tx, 2, span(30, 40), span(40, 45));
    const position = { key: { ifuslot: "013", ifuid: "001" }, span: span(40, 50), value: { x: 0, y: 0 } };
    await tx.changePositions(2, { superseded: [], added: [position] });
    await tx.changeConfirmations(2, { superseded: [], added: [{ key: null, span: span(60, 70), value: at(70) }] });
    return { keep: true, value: null };
  });
  expect(heard.map((made) => made.map(({ revision, spans }) => [revision.rev, spans]))).toEqual([
    [
      [1, [span(10, 20), span(5, 10)]],
      [2, [span(30, 40), span(40, 45), span(40, 50)]], // what is confirmed of the years before it has not changed
    ],
  ]);
});

test("an act that is undone has made nothing", async () => {
  const { store, heard } = announced();
  const value = await store.write(async (tx) => {
    await emptySeat(tx, 1, span(10, 20));
    return { keep: false, value: "seen" };
  });
  expect([value, heard]).toEqual(["seen", [[]]]);
});

test("an act that failed is told to nobody", async () => {
  const { store, heard } = announced();
  await expect(store.write(() => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
  expect(heard).toEqual([]);
});

test("what is recorded is acknowledged, though the database has gone away since; any other fault is told", async () => {
  const act = async () => ({ keep: true, value: "done" });
  expect(await announced(new FplaneError("unavailable", "away")).store.write(act)).toBe("done");
  for (const fault of [new FplaneError("conflict", "a fault"), new Error("a fault")])
    await expect(announced(fault).store.write(act)).rejects.toBe(fault);
});
