import type { Revision } from "./api.ts";
import type { Desk } from "./desk.ts";
import { button, h, headings, refill } from "./elements.ts";
import { shortTime } from "./wording.ts";

const PAGE = 50;

/** The log of all recorded acts, newest first, and the tags. */
export function createRecordView(desk: Desk): HTMLElement {
  const body = h("tbody");
  const tags = h("ul", { class: "lines" });
  const more = button("Older revisions", () => void load());
  let oldest: number | undefined;
  let shown = "";
  const load = async () => {
    const revisions = await desk.api.revisions.list.query({
      limit: PAGE,
      ...(oldest === undefined ? {} : { before: oldest }),
    });
    body.append(...revisions.map((revision) => line(desk, revision)));
    oldest = revisions.at(-1)?.rev ?? oldest;
    more.hidden = oldest === undefined || oldest <= 1;
  };
  const show = async () => {
    oldest = undefined;
    refill(body);
    await load();
    const list = await desk.api.tags.list.query();
    refill(
      tags,
      ...list.map(({ name, asOf, horizon }) =>
        h(
          "li",
          {},
          button(name, () => asKnownOn(desk, name), { class: "link" }),
          ` is revision ${asOf}${horizon === null ? "" : `, up to ${shortTime(horizon)}`}`,
        ),
      ),
    );
    if (list.length === 0) refill(tags, h("li", { class: "quiet" }, "There are no tags."));
  };
  desk.onScene(({ state, chronology }) => {
    const wanted = state.view === "record" ? `${desk.newest()?.rev ?? chronology?.revision}` : shown;
    if (wanted === shown) return;
    shown = wanted;
    void show();
  });
  return h(
    "section",
    { class: "page", "aria-label": "Record" },
    h("h1", {}, "Record"),
    h(
      "p",
      { class: "quiet" },
      "Every act is a revision. None is ever changed or deleted, so what was known at each can be shown again.",
    ),
    h(
      "div",
      { class: "scroll" },
      h("table", { class: "rows" }, headings(["Revision", "Recorded, UTC", "Act", "By", "Reason"]), body),
    ),
    more,
    h("h2", {}, "Tags"),
    tags,
  );
}

function line(desk: Desk, { rev, recordedAt, kind, actor, reason }: Revision): HTMLElement {
  const show = button(String(rev), () => asKnownOn(desk, String(rev)), {
    class: "link id",
    title: "Show what was known then",
  });
  return h(
    "tr",
    {},
    h("td", {}, show),
    h("td", { class: "number" }, shortTime(recordedAt)),
    h("td", {}, kind),
    h("td", {}, actor),
    h("td", {}, reason),
  );
}

function asKnownOn(desk: Desk, known: string): void {
  desk.state.go({ known, view: "plane" });
}
