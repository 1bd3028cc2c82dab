import type { SeatMark } from "./plane-seat.ts";

const DIRECTIONS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** One stop of the Tab key for the whole picture; the arrow keys go from seat to seat, Enter and a click choose one. */
export function walkable(seats: ReadonlyMap<string, SeatMark>, choose: (ifuslot: string) => void): void {
  let current = [...seats.values()][0];
  const stopAt = (mark: SeatMark) => {
    current?.target.setAttribute("tabindex", "-1");
    mark.target.setAttribute("tabindex", "0");
    current = mark;
  };
  for (const mark of seats.values()) {
    mark.target.setAttribute("role", "button");
    mark.target.setAttribute("tabindex", mark === current ? "0" : "-1");
    mark.target.addEventListener("focus", () => stopAt(mark));
    mark.target.addEventListener("click", () => choose(mark.ifuslot));
    mark.target.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        return choose(mark.ifuslot);
      }
      const direction = DIRECTIONS[event.key];
      if (direction === undefined) return;
      event.preventDefault();
      const next = neighbour(mark, direction, [...seats.values()]);
      if (next !== null) {
        stopAt(next);
        next.target.focus();
      }
    });
  }
}

/** The nearest seat that lies that way: what lies to the side counts as farther. */
function neighbour(from: SeatMark, [dx, dy]: readonly [number, number], seats: readonly SeatMark[]): SeatMark | null {
  let best: SeatMark | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const mark of seats) {
    const [x, y] = [mark.at.x - from.at.x, mark.at.y - from.at.y];
    const along = x * dx + y * dy;
    const aside = Math.abs(x * dy - y * dx);
    if (along <= 0 || aside > along * 1.5) continue;
    const distance = along + 2 * aside;
    if (distance < least) [best, least] = [mark, distance];
  }
  return best;
}
