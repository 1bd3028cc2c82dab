import { connect } from "./api.ts";
import { createChangesPanel } from "./changes-panel.ts";
import { createCorrection } from "./correction.ts";
import { createDesk, type Desk } from "./desk.ts";
import { byId, h } from "./elements.ts";
import { createFilesPanel } from "./files-panel.ts";
import { createLegend } from "./legend.ts";
import { createLive } from "./live.ts";
import { createNavigation } from "./navigation.ts";
import { createNotices, type Say } from "./notices.ts";
import { createOperationsView } from "./operations-view.ts";
import type { View } from "./page-state.ts";
import { createPanels } from "./panels.ts";
import { createPictureOptions } from "./picture-options.ts";
import { createPicture } from "./plane-picture.ts";
import { createRecordView } from "./record-view.ts";
import { createSearch } from "./search.ts";
import { createSeatPanel } from "./seat-panel.ts";
import { createSession } from "./session.ts";
import { createSignIn } from "./sign-in.ts";
import { createTablePanel } from "./table-panel.ts";
import { applyKeptTheme, createThemeSwitch } from "./theme.ts";
import { createTimeline } from "./timeline.ts";
import { drawn } from "./turns.ts";
import { createWhenBar, offerTags } from "./when-bar.ts";

/**
 * Puts the page together, in turns: the server is asked, then comes what is seen first, and what the first picture can do
 * without comes last. At each turn the browser draws what there is.
 */
async function start(): Promise<void> {
  applyKeptTheme();
  const session = createSession();
  const desk = createDesk(connect(session.key), session);
  const answered = desk.refresh();
  session.onChange(() => void desk.refresh());
  await drawn();

  const notices = createNotices();
  const plane = h("section", { class: "focalPlane", "aria-label": "Focal plane" });
  const [record, operations, correction] = [h("div"), h("div"), h("div")];
  byId("tools").append(...tools(desk, notices.say, { plane, record, operations }));
  byId("main").replaceChildren(plane, record, operations);
  document.body.append(notices.element);
  await drawn();

  plane.append(h("h1", { class: "unseen" }, "Focal plane"), createWhenBar(desk), createTimeline(desk));
  await drawn();

  const figure = h("div", { class: "figure" }, createPicture(desk));
  const split = h("div", { class: "split" }, figure);
  plane.append(split);
  await drawn();

  figure.append(createLegend(), createPictureOptions(desk));
  await drawn();

  split.append(
    createPanels(desk, {
      seat: createSeatPanel(desk, correction),
      changes: createChangesPanel(desk),
      table: createTablePanel(desk),
      files: createFilesPanel(desk),
    }),
  );
  await answered;
  await drawn();

  record.append(createRecordView(desk));
  operations.append(createOperationsView(desk, notices.say));
  await drawn();

  correction.append(createCorrection(desk, notices.say));
  offerTags(desk);
}

function tools(desk: Desk, say: Say, views: Readonly<Record<View, HTMLElement>>): HTMLElement[] {
  const signIn = createSignIn(desk);
  let asked = false;
  desk.onScene(({ problems }) => {
    const closed = problems.date?.code === "no-key" || problems.known?.code === "no-key";
    if (closed && !asked) signIn.ask("Reading needs a key on this server.");
    asked = closed;
  });
  return [
    createNavigation(desk.state, views),
    createSearch(desk),
    createLive(desk, say),
    createThemeSwitch(),
    signIn.element,
  ];
}

void start();
