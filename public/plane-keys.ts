import type { SeatMark } from "./plane-seat.ts";

const DIRECTIONS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** One stop of the Tab key for the whole picture; the arrow keys go from seat to seat, Enter and a click choose one. */
export function createWalk(choose: (ifuslot: string) => void): { readonly add: (mark: SeatMark) => void } {
  const marks: SeatMark[] = [];
  let current: SeatMark | null = null;
  const stopAt = (mark: SeatMark) => {
    current?.target.setAttribute("tabindex", "-1");
    mark.target.setAttribute("tabindex", "0");
    current = mark;
  };
  const pressed = (event: KeyboardEvent, mark: SeatMark) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return choose(mark.ifuslot);
    }
    const direction = DIRECTIONS[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    const next = neighbour(mark, direction, marks);
    if (next === null) return;
    stopAt(next);
    next.target.focus();
  };
  return {
    add: (mark) => {
      const { target, ifuslot } = mark;
      marks.push(mark);
      target.setAttribute("role", "button");
      target.setAttribute("tabindex", "-1");
      if (current === null) stopAt(mark);
      target.addEventListener("focus", () => stopAt(mark));
      target.addEventListener("click", () => choose(ifuslot));
      target.addEventListener("keydown", (event) => pressed(event, mark));
    },
  };
}

/** The nearest seat that lies that way: what lies to the side counts as farther. */
function neighbour(from: SeatMark, [dx, dy]: readonly [number, number], marks: readonly SeatMark[]): SeatMark | null {
  let best: SeatMark | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const mark of marks) {
    const [x, y] = [mark.at.x - from.at.x, mark.at.y - from.at.y];
    const along = x * dx + y * dy;
    const aside = Math.abs(x * dy - y * dx);
    if (along <= 0 || aside > along * 1.5) continue;
    const distance = along + 2 * aside;
    if (distance < least) [best, least] = [mark, distance];
  }
  return best;
}
