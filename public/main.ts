import { connect } from "./api.ts";
import { createChangesPanel } from "./changes-panel.ts";
import { createCorrection } from "./correction.ts";
import { createDesk, type Desk } from "./desk.ts";
import { button, byId, h } from "./elements.ts";
import { createFilesPanel } from "./files-panel.ts";
import { createLegend } from "./legend.ts";
import { createLive } from "./live.ts";
import { createNotices } from "./notices.ts";
import { createOperationsView } from "./operations-view.ts";
import { VIEWS, type View } from "./page-state.ts";
import { createPanels } from "./panels.ts";
import { createPictureOptions } from "./picture-options.ts";
import { createPicture } from "./plane-picture.ts";
import { createRecordView } from "./record-view.ts";
import { createSearch } from "./search.ts";
import { createSeatPanel } from "./seat-panel.ts";
import { createSession } from "./session.ts";
import { createSignIn } from "./sign-in.ts";
import { createTablePanel } from "./table-panel.ts";
import { createThemeSwitch } from "./theme.ts";
import { createTimeline } from "./timeline.ts";
import { createWhenBar, offerTags } from "./when-bar.ts";

/** Puts the page together. */
function start(): void {
  const session = createSession();
  const desk = createDesk(connect(session.key), session);
  const notices = createNotices();
  const signIn = createSignIn(desk);
  const plane = h(
    "section",
    { class: "focalPlane", "aria-label": "Focal plane" },
    h("h1", { class: "unseen" }, "Focal plane"),
    createWhenBar(desk),
    createTimeline(desk),
    h(
      "div",
      { class: "split" },
      h("div", { class: "figure" }, createPicture(desk), createLegend(), createPictureOptions(desk)),
      createPanels(desk, {
        seat: createSeatPanel(desk, createCorrection(desk, notices.say)),
        changes: createChangesPanel(desk),
        table: createTablePanel(desk),
        files: createFilesPanel(desk),
      }),
    ),
  );
  const views = { plane, record: createRecordView(desk), operations: createOperationsView(desk, notices.say) };
  byId("tools").append(
    navigation(desk, views),
    createSearch(desk),
    createLive(desk, notices.say),
    createThemeSwitch(),
    signIn.element,
  );
  byId("main").replaceChildren(...Object.values(views));
  document.body.append(notices.element);

  let asked = false;
  desk.onScene(({ problems }) => {
    const closed = problems.date?.code === "no-key" || problems.known?.code === "no-key";
    if (closed && !asked) signIn.ask("Reading needs a key on this server.");
    asked = closed;
  });
  session.onChange(() => void desk.refresh());
  void desk.refresh().then(async () => offerTags(await desk.api.tags.list.query().catch(() => [])));
}

const NAMES: Readonly<Record<View, string>> = { plane: "Focal plane", record: "Record", operations: "Operations" };

function navigation(desk: Desk, views: Readonly<Record<View, HTMLElement>>): HTMLElement {
  const links = VIEWS.map((view) => button(NAMES[view], () => desk.state.go({ view })));
  desk.onScene(({ state }) => {
    for (const [i, view] of VIEWS.entries()) {
      views[view].hidden = state.view !== view;
      if (state.view === view) links[i]?.setAttribute("aria-current", "page");
      else links[i]?.removeAttribute("aria-current");
    }
    document.title = state.view === "plane" ? `fplane ${state.date}`.trim() : `fplane: ${NAMES[state.view]}`;
  });
  return h("nav", { "aria-label": "Views" }, ...links, h("a", { href: "/docs" }, "Documentation"));
}

start();
