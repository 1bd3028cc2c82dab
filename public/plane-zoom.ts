import { EXTENT } from "./plane-axes.ts";

export type Zoom = { readonly by: (factor: number) => void; readonly whole: () => void };

type Point = { readonly x: number; readonly y: number };

const FARTHEST = { x: -EXTENT - 14, y: -EXTENT + 10, size: 2 * EXTENT + 14 };
const NEAREST = 180;

/** Zoom by buttons, by Ctrl and the wheel, by two fingers; what is larger than the frame is dragged. */
export function zoomable(picture: SVGSVGElement): Zoom {
  const view = createView(picture);
  picture.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      view.about(event.deltaY < 0 ? 1.2 : 1 / 1.2, view.pointAt(event));
    },
    { passive: false },
  );
  followFingers(picture, view);
  return { by: (factor) => view.about(factor, view.middle()), whole: view.whole };
}

/** What of the picture is seen. Points are in its units. */
type View = {
  readonly isNear: () => boolean;
  readonly middle: () => Point;
  readonly pointAt: (event: MouseEvent) => Point;
  readonly whole: () => void;
  /** So many times nearer, or farther, with a point that stays where it is. */
  readonly about: (factor: number, point: Point) => void;
  /** Moved by pixels of the screen. */
  readonly move: (dx: number, dy: number) => void;
};

function createView(picture: SVGSVGElement): View {
  let view = FARTHEST;
  const look = (next: typeof view) => {
    const size = Math.min(FARTHEST.size, Math.max(NEAREST, next.size));
    const within = (value: number, least: number) => Math.min(least + FARTHEST.size - size, Math.max(least, value));
    view = { size, x: within(next.x, FARTHEST.x), y: within(next.y, FARTHEST.y) };
    picture.setAttribute("viewBox", `${view.x} ${view.y} ${view.size} ${view.size}`);
    picture.classList.toggle("near", size < FARTHEST.size);
  };
  const unitsPerPixel = () => view.size / (picture.clientWidth || 1);
  look(view);
  return {
    isNear: () => view.size < FARTHEST.size,
    middle: () => ({ x: view.x + view.size / 2, y: view.y + view.size / 2 }),
    pointAt: ({ clientX, clientY }) => {
      const { left, top } = picture.getBoundingClientRect();
      return { x: view.x + (clientX - left) * unitsPerPixel(), y: view.y + (clientY - top) * unitsPerPixel() };
    },
    whole: () => look(FARTHEST),
    about: (factor, { x, y }) => {
      const size = Math.min(FARTHEST.size, Math.max(NEAREST, view.size / factor));
      const share = size / view.size;
      look({ size, x: x - (x - view.x) * share, y: y - (y - view.y) * share });
    },
    move: (dx, dy) => look({ ...view, x: view.x - dx * unitsPerPixel(), y: view.y - dy * unitsPerPixel() }),
  };
}

/** Pixels after which a press that moves is no click any more. */
const STILL = 4;

function followFingers(picture: SVGSVGElement, view: View): void {
  const fingers = new Map<number, Point>();
  let dragged = 0;
  picture.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    dragged = 0;
  });
  picture.addEventListener("pointermove", (event) => {
    const last = fingers.get(event.pointerId);
    if (last === undefined) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other !== undefined) {
      view.about(distance(now, other) / (distance(last, other) || 1), view.pointAt(event));
    } else if (view.isNear()) {
      dragged += distance(now, last);
      if (dragged > STILL && !picture.hasPointerCapture(event.pointerId)) picture.setPointerCapture(event.pointerId);
      view.move(now.x - last.x, now.y - last.y);
    }
    fingers.set(event.pointerId, now);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"] as const) {
    picture.addEventListener(end, (event) => void fingers.delete(event.pointerId));
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
