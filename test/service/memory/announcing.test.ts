import { expect, test } from "bun:test";
import { FplaneError } from "../../../src/domain/errors.ts";
import { EMPTY_UNIT } from "../../../src/domain/plane/placement.ts";
import { NO_FACTS } from "../../../src/domain/record/fact.ts";
import { bodyText } from "../../../src/domain/record/revision-body.ts";
import type { Instant, Span } from "../../../src/domain/time/instant.ts";
import { announcing } from "../../../src/service/memory/announcing.ts";
import type { Answers } from "../../../src/service/memory/answers.ts";
import type { Made } from "../../../src/service/memory/newest-revision.ts";
import type { Store, Writes } from "../../../src/service/store.ts";

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

async function makeRevision(tx: Writes, rev: number): Promise<void> {
  const body = bodyText({ facts: NO_FACTS, source: {} });
  const head = { rev, recordedAt: at(rev), actor: "cora", reason: "r", bodySha256: "", prevHash: "", hash: `${rev}` };
  await tx.addRevision({ ...head, kind: "correct", body });
}

/** A revision says something of a seat over a stretch: one row goes, what is left of it stays over others. */
async function changeSeat(tx: Writes, rev: number, over: Span, ...left: readonly Span[]): Promise<void> {
  const added = left.map((rest) => ({ key: "013", span: rest, value: EMPTY_UNIT }));
  await tx.changePlacements(rev, { said: [over], superseded: [7], added });
}

test("the revisions of an act are told, each with the spans that it speaks of and those of the rows that it leaves", async () => {
  const { store, heard } = announced();
  await store.write(async (tx) => {
    await makeRevision(tx, 1);
    await changeSeat(tx, 1, span(10, 20), span(5, 10));
    await makeRevision(tx, 2);
    await changeSeat(tx, 2, span(30, 40));
    const position = { key: { ifuslot: "013", ifuid: "001" }, span: span(40, 50), value: { x: 0, y: 0 } };
    await tx.changePositions(2, { said: [span(42, 44)], superseded: [], added: [position] });
    const confirmed = { key: null, span: span(1, 45), value: at(45) };
    await tx.changeConfirmations(2, { said: [span(44, 45)], superseded: [9], added: [confirmed] });
    return { keep: true, value: null };
  });
  expect(heard.map((made) => made.map(({ revision, spans }) => [revision.rev, spans]))).toEqual([
    [
      [1, [span(10, 20), span(5, 10)]],
      [2, [span(30, 40), span(42, 44), span(40, 50), span(44, 45)]], // what is confirmed of the years before it has not changed
    ],
  ]);
});

test("an act that is undone has made nothing", async () => {
  const { store, heard } = announced();
  const value = await store.write(async (tx) => {
    await makeRevision(tx, 1);
    await changeSeat(tx, 1, span(10, 20));
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
