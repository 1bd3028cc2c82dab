import { type Revision, refusalOf, type Tag } from "./api.ts";
import type { Desk } from "./desk.ts";
import { button, h, headings, refill } from "./elements.ts";
import { shortTime } from "./wording.ts";

const PAGE = 50;

/** The log of all recorded acts, newest first, and the tags. */
export function createRecordView(desk: Desk): HTMLElement {
  const body = h("tbody");
  const tags = h("ul", { class: "lines" });
  const problem = h("p", { class: "problem", role: "alert" });
  /** All that was asked for, by number: a revision never changes, so answers may come in any order, and twice. */
  const known = new Map<number, Revision>();
  const ask = async (before?: number) => {
    const input = before === undefined ? { limit: PAGE } : { limit: PAGE, before };
    const revisions = await desk.api.revisions.list.query(input);
    for (const revision of revisions) known.set(revision.rev, revision);
    show();
  };
  const show = () => {
    const newestFirst = [...known.values()].sort((a, b) => b.rev - a.rev);
    refill(body, ...newestFirst.map((revision) => line(desk, revision)));
    more.hidden = (newestFirst.at(-1)?.rev ?? 1) <= 1;
  };
  const showNews = async () => {
    await ask();
    let [gap, before] = [gapIn(known), null as number | null];
    while (gap !== null && gap !== before) {
      await ask(gap);
      [gap, before] = [gapIn(known), gap];
    }
    showTags(desk, tags, await desk.api.tags.list.query());
  };
  const attempt = async (act: () => Promise<unknown>) => {
    try {
      await act();
      problem.textContent = "";
    } catch (error) {
      problem.textContent = refusalOf(error).message;
      shown = ""; // who comes back asks again
    }
  };
  const more = button("Older revisions", () => void attempt(() => ask(Math.min(...known.keys()))), { hidden: true });
  let shown = "";
  desk.session.onChange(() => {
    known.clear(); // it may not be for whoever comes next
    show();
    refill(tags);
  });
  desk.onScene(({ state, round }) => {
    const wanted = state.view === "record" ? `${round}` : shown;
    if (wanted === shown) return;
    shown = wanted;
    void attempt(showNews);
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
    problem,
    more,
    h("h2", {}, "Tags"),
    tags,
  );
}

/** The newest revision below which one is missing; null when there are all from the newest to the oldest. */
function gapIn(known: ReadonlyMap<number, Revision>): number | null {
  const oldest = Math.min(...known.keys());
  return [...known.keys()].filter((rev) => rev > oldest && !known.has(rev - 1)).sort((a, b) => b - a)[0] ?? null;
}

function showTags(desk: Desk, list: HTMLElement, tags: readonly Tag[]): void {
  const lines = tags.map(({ name, asOf, horizon }) => {
    const upTo = horizon === null ? "" : `, up to ${shortTime(horizon)}`;
    const show = button(name, () => asKnownOn(desk, name), { class: "link" });
    return h("li", {}, show, ` is revision ${asOf}${upTo}`);
  });
  refill(list, ...(lines.length > 0 ? lines : [h("li", { class: "quiet" }, "There are no tags.")]));
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
