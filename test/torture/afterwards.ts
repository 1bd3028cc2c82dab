import { createHash } from "node:crypto";
import { FplaneError } from "../../src/domain/errors.ts";
import { contains, type Instant, instantText, type Span } from "../../src/domain/time/instant.ts";
import { changesBetween } from "../../src/service/changes.ts";
import { configurationsOver } from "../../src/service/configurations.ts";
import { getHistory } from "../../src/service/history.ts";
import { identify } from "../../src/service/identify.ts";
import { demandSame, instantOfQuestion, type Question } from "./compare.ts";
import { type Model, SEATS, same } from "./model.ts";
import { answer, fileText } from "./model-answers.ts";
import { SOME_IFUS, SOME_SPECTROGRAPHS, type World } from "./world.ts";

/** Every instant at which something begins or ends, and the last one before it. */
function instantsOf(model: Model): Instant[] {
  return model.bounds(model.keys("")).flatMap((at) => [at - 1, at]) as Instant[];
}

/** The spans that two revisions are said to know differently are those at which their answers differ, seat by seat. */
export async function compareChanges(world: World, a: number, b: number): Promise<void> {
  const { model, deps } = world;
  const [older, newer] = [Math.min(a, b), Math.max(a, b)];
  const changes = await changesBetween(deps.store, older, newer);
  for (const at of instantsOf(model)) {
    const told = changes.filter(({ span }) => contains(span, at));
    const seats = SEATS.filter((seat) => !same(model.unit(seat, at, older), model.unit(seat, at, newer)));
    const positions = SEATS.flatMap((seat) => {
      const ifus = new Set([older, newer].flatMap((rev) => model.unit(seat, at, rev)?.ifuid ?? []));
      const moved = [...ifus].filter(
        (ifu) => !same(model.position(seat, ifu, at, older), model.position(seat, ifu, at, newer)),
      );
      return moved.map((ifu) => `${seat}/${ifu}`);
    });
    const about = `changes from revision ${older} to ${newer} at ${instantText(at)}`;
    demandSame(
      `${about}, seats`,
      told.flatMap((change) => change.seats.map((seat) => seat.ifuslot)).sort(),
      seats.sort(),
    );
    const toldPositions = told.flatMap((change) => change.positions.map(({ ifuslot, ifuid }) => `${ifuslot}/${ifuid}`));
    demandSame(`${about}, positions`, toldPositions.sort(), positions.sort());
  }
}

/** All configurations of a span are those that the instants of the span have, each once. */
export async function compareConfigurations(world: World, span: Span, rev: number, actual: boolean): Promise<void> {
  const { model, deps } = world;
  const told = await configurationsOver(deps.store, span, rev, actual);
  for (const at of [span.from, ...instantsOf(model)].filter((instant) => contains(span, instant))) {
    const right = answer(model, at, rev, actual);
    const here = told.filter(({ interval }) => contains(interval, at));
    const about = `configurations of revision ${rev}, ${actual ? "actual" : "nominal"}, at ${instantText(at)}`;
    if ("missing" in right) demandSame(about, here, []);
    else {
      const { from, until, virus, auxiliary } = right;
      demandSame(about, here, [{ plane: { virus, auxiliary }, interval: { from, until } }]);
    }
  }
}

/** Bytes are found again at exactly the instants, revisions and variants that give them. */
export async function compareIdentity(world: World, wanted: Question, others: readonly Question[]): Promise<void> {
  const { model, deps } = world;
  const places = [wanted, ...others].map((asked) => ({
    at: instantOfQuestion(model, asked) as Instant,
    rev: Math.max(1, model.newest - asked.back),
    actual: asked.actual,
    layout: asked.layout,
  }));
  const textAt = ({ at, rev, actual, layout }: (typeof places)[number]) =>
    "missing" in answer(model, at, rev, actual) ? null : fileText(model, at, rev, actual, layout);
  const text = places[0] === undefined ? null : textAt(places[0]);
  const sha256 = createHash("sha256")
    .update(text ?? "")
    .digest("hex");
  const found = await identify(deps, sha256).catch((error: unknown) => {
    if (error instanceof FplaneError && error.code === "not-found" && text === null) return [];
    throw error;
  });
  for (const place of places) {
    const told = found.filter(
      ({ layout, actualPositions, span, revisions }) =>
        layout === place.layout &&
        actualPositions === place.actual &&
        contains(span, place.at) &&
        revisions.from <= place.rev &&
        (revisions.until === null || place.rev < revisions.until),
    );
    const about = `identified ${place.layout} ${place.actual} at ${instantText(place.at)} of revision ${place.rev}`;
    demandSame(about, told.length, text !== null && textAt(place) === text ? 1 : 0);
  }
}

/** The story of each id is told as the seats have it. */
export async function compareHistory(world: World): Promise<void> {
  const { model, deps } = world;
  for (const { kind, id } of [
    ...SOME_IFUS.map((id) => ({ kind: "ifuid" as const, id })),
    ...SOME_SPECTROGRAPHS.map((id) => ({ kind: "specid" as const, id })),
  ]) {
    const told = await getHistory(deps, { kind, id }).catch((error: unknown) => {
      if (error instanceof FplaneError && error.code === "not-found") return { entries: [] };
      throw error;
    });
    for (const at of instantsOf(model)) {
      const seats = SEATS.filter((seat) => model.unit(seat, at)?.[kind] === id);
      const here = told.entries.filter(({ span }) => contains(span, at)).map((entry) => entry.ifuslot);
      demandSame(`history of ${kind} ${id} at ${instantText(at)}`, here, seats);
    }
  }
}
