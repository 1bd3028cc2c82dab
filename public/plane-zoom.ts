import { EXTENT } from "./plane-axes.ts";

export type Zoom = { readonly by: (factor: number) => void; readonly whole: () => void };

type Point = { readonly x: number; readonly y: number };

const FARTHEST = { x: -EXTENT - 14, y: -EXTENT + 10, size: 2 * EXTENT + 14 };

/** Zoom by buttons, by Ctrl and the wheel, by two fingers; what is larger than the frame is dragged. */
export function zoomable(picture: SVGSVGElement): Zoom {
  let view = FARTHEST;
  const fingers = new Map<number, Point>();
  let dragged = 0;

  const look = (next: typeof view) => {
    const size = Math.min(FARTHEST.size, Math.max(180, next.size));
    const within = (value: number, least: number) => Math.min(least + FARTHEST.size - size, Math.max(least, value));
    view = { size, x: within(next.x, FARTHEST.x), y: within(next.y, FARTHEST.y) };
    picture.setAttribute("viewBox", `${view.x} ${view.y} ${view.size} ${view.size}`);
    picture.classList.toggle("near", size < FARTHEST.size);
  };
  const about = (factor: number, { x, y }: Point) => {
    const size = Math.min(FARTHEST.size, Math.max(180, view.size / factor));
    const share = size / view.size;
    look({ size, x: x - (x - view.x) * share, y: y - (y - view.y) * share });
  };
  const unitsPerPixel = () => view.size / (picture.clientWidth || 1);
  const pointAt = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top } = picture.getBoundingClientRect();
    return { x: view.x + (clientX - left) * unitsPerPixel(), y: view.y + (clientY - top) * unitsPerPixel() };
  };

  picture.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      about(event.deltaY < 0 ? 1.2 : 1 / 1.2, pointAt(event));
    },
    { passive: false },
  );
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
      about(distance(now, other) / (distance(last, other) || 1), pointAt(event));
    } else if (view.size < FARTHEST.size) {
      dragged += distance(now, last);
      if (dragged > 4 && !picture.hasPointerCapture(event.pointerId)) picture.setPointerCapture(event.pointerId);
      look({
        ...view,
        x: view.x - (now.x - last.x) * unitsPerPixel(),
        y: view.y - (now.y - last.y) * unitsPerPixel(),
      });
    }
    fingers.set(event.pointerId, now);
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"] as const) {
    picture.addEventListener(end, (event) => void fingers.delete(event.pointerId));
  }
  look(view);
  const middle = () => ({ x: view.x + view.size / 2, y: view.y + view.size / 2 });
  return { by: (factor) => about(factor, middle()), whole: () => look(FARTHEST) };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
