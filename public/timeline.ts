import { type Chronology, lastBegun, nightAt, type Stretch } from "./chronology.ts";
import type { Desk } from "./desk.ts";
import { button, h, refill, svg } from "./elements.ts";
import type { Scene } from "./scene.ts";
import { drawCursor, drawTimeline, HEIGHT, type Scale, scaleOf } from "./timeline-drawing.ts";
import { counted, nightText } from "./wording.ts";

const DAY = 86_400_000;
/** Pixels within which a change attracts the cursor. */
const ATTRACTION = 4;

/** All changes over the years: dragged along with the mouse, stepped through with the keys. */
export function createTimeline(desk: Desk): HTMLElement {
  const drawing = svg("svg", { class: "timelineDrawing", height: HEIGHT, "aria-hidden": "true" });
  const hint = h("span", { class: "hint", "aria-hidden": "true" });
  const track = h(
    "div",
    {
      ...{ class: "track", role: "slider", tabindex: 0, "aria-label": "Changes of the focal plane" },
      ...{ "aria-valuemin": 0, "aria-valuemax": 0, "aria-valuenow": 0 },
    },
    drawing,
    hint,
  );
  let scale: Scale | null = null;
  let drawn: readonly [Chronology | null, number] = [null, 0];
  const picture = svg("g");
  const cursor = svg("g");
  drawing.append(picture, cursor);

  let width = 0;
  const draw = (scene: Scene) => {
    const { chronology } = scene;
    if (chronology === null || width === 0) return;
    if (drawn[0] !== chronology || drawn[1] !== width || scale === null) {
      scale = scaleOf(chronology, width, Date.now());
      refill(picture, drawTimeline(chronology, scale));
      drawing.setAttribute("width", String(width));
      drawn = [chronology, width];
    }
    const shown = { time: scene.time, from: scene.stretch?.from ?? null, until: scene.stretch?.until ?? null };
    const compared = scene.diff === null ? null : Date.parse(scene.diff.a.instant);
    refill(cursor, drawCursor(scale, shown, compared));
    tell(track, chronology, scene);
  };
  desk.onScene(draw);
  new ResizeObserver(([entry]) => {
    width = Math.round(entry?.contentRect.width ?? 0);
    draw(desk.scene());
  }).observe(track);

  track.addEventListener("keydown", (event) => {
    const { chronology, time } = desk.scene();
    if (chronology === null) return;
    const step = stepOf(event, chronology, time ?? Date.now());
    if (step === null) return;
    event.preventDefault();
    if (typeof step === "number") desk.showTime(step, true);
    else desk.showStretch(step, true);
  });
  draggable(track, hint, desk, () => scale);
  return h("div", { class: "timeline" }, stepButton(desk, -1), track, stepButton(desk, 1));
}

/** What a key leads to: a change, or a time. */
function stepOf(event: KeyboardEvent, chronology: Chronology, time: number): Stretch | number | null {
  const { stretches } = chronology;
  const sign = event.key === "ArrowLeft" || event.key === "ArrowDown" || event.key === "PageDown" ? -1 : 1;
  switch (event.key) {
    case "ArrowLeft":
    case "ArrowDown":
    case "ArrowRight":
    case "ArrowUp":
      return event.shiftKey ? time + sign * DAY : neighbour(chronology, time, sign);
    case "PageUp":
    case "PageDown":
      return Math.min(Date.now(), Math.max(stretches[0]?.from ?? 0, time + sign * 365 * DAY));
    case "Home":
      return stretches[0] ?? null;
    case "End":
      return stretches.at(-1) ?? null;
    default:
      return null;
  }
}

function neighbour(chronology: Chronology, time: number, sign: 1 | -1): Stretch | null {
  const begun = lastBegun(chronology, time);
  return chronology.stretches[(begun?.index ?? -1) + sign] ?? null;
}

function stepButton(desk: Desk, sign: 1 | -1): HTMLButtonElement {
  const name = sign === 1 ? "Next change" : "Previous change";
  const step = () => {
    const { chronology, time } = desk.scene();
    const next = chronology === null ? null : neighbour(chronology, time ?? Date.now(), sign);
    if (next !== null) desk.showStretch(next);
  };
  return button(sign === 1 ? "›" : "‹", step, { class: "step", "aria-label": name, title: name });
}

function tell(track: HTMLElement, { stretches, timeZone }: Chronology, { stretch, time }: Scene): void {
  track.setAttribute("aria-valuemin", "1");
  track.setAttribute("aria-valuemax", String(stretches.length));
  track.setAttribute("aria-valuenow", String((stretch?.index ?? 0) + 1));
  const night = time === null ? "" : nightText(nightAt(time, timeZone));
  track.setAttribute(
    "aria-valuetext",
    stretch === null ? `${night}: nothing is recorded` : `${night}: ${stretchText(stretch, stretches.length)}`,
  );
}

function stretchText({ index, changed, active }: Stretch, count: number): string {
  const what = index === 0 ? "the first record" : `${counted(changed.size, "seat")} changed`;
  return `change ${index + 1} of ${count}, ${what}, ${active} active`;
}

function draggable(track: HTMLElement, hint: HTMLElement, desk: Desk, scaleNow: () => Scale | null): void {
  const pointed = (event: PointerEvent): { time: number; near: Stretch | null } | null => {
    const { chronology } = desk.scene();
    const scale = scaleNow();
    if (chronology === null || scale === null) return null;
    const pixel = event.clientX - track.getBoundingClientRect().left;
    let near: Stretch | null = null;
    let least = ATTRACTION;
    for (const stretch of chronology.stretches) {
      const distance = Math.abs(scale.at(stretch.from) - pixel);
      if (distance < least) [near, least] = [stretch, distance];
    }
    return { time: scale.timeAt(pixel), near };
  };
  const show = (event: PointerEvent, replaces: boolean) => {
    const found = pointed(event);
    if (found?.near) desk.showStretch(found.near, replaces);
    else if (found) desk.showTime(found.time, replaces);
  };
  track.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    track.setPointerCapture(event.pointerId);
    show(event, false);
  });
  track.addEventListener("pointermove", (event) => {
    if (track.hasPointerCapture(event.pointerId)) show(event, true);
    const found = pointed(event);
    const { chronology } = desk.scene();
    if (found === null || chronology === null) return;
    const stretch = found.near ?? lastBegun(chronology, found.time);
    const night = nightText(nightAt(found.near?.from ?? found.time, chronology.timeZone));
    const changed = found.near === null ? "" : ` · ${counted(found.near.changed.size, "seat")} changed`;
    hint.textContent = `${night}${changed}${stretch === null ? "" : ` · ${stretch.active} active`}`;
    const left = event.clientX - track.getBoundingClientRect().left;
    hint.style.left = `${Math.min(Math.max(left, 70), track.clientWidth - 90)}px`;
    hint.classList.add("shown");
  });
  track.addEventListener("pointerleave", () => hint.classList.remove("shown"));
}
