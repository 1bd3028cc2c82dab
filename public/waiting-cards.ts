import type { Act } from "./act.ts";
import type { Status } from "./api.ts";
import type { Desk } from "./desk.ts";
import { actButton, type Child, h } from "./elements.ts";
import { createEntries, type Entry } from "./entries.ts";
import { agoText, type Card, createCard } from "./status-cards.ts";

type Upload = Status["quarantine"][number] & { readonly ago: string };
type Hold = Status["holds"][number];

/** The statuses that wait for a curator, who can release or discard them here. */
export function createQuarantineCard(desk: Desk, act: Act): Card {
  const waiting = createEntries<Upload>(
    "No status waits for a curator.",
    ({ rev }) => `${rev} ${desk.session.mayActAs("curator")}`,
    (upload) => entryOf(upload, settling(desk, upload.rev, act)),
  );
  return withCount("Quarantine", waiting.element, (status) => {
    waiting.show(dated(status.quarantine, status));
    return status.quarantine.length;
  });
}

export function createRefusedCard(): Card {
  const refused = createEntries<Upload>(
    "No status was refused.",
    ({ rev }) => String(rev),
    (upload) => entryOf(upload, null),
  );
  return {
    element: createCard("Refused lately", refused.element),
    show: (status) => refused.show(dated(status.refused, status)),
  };
}

/** What is held, and by a curator let go. */
export function createHoldsCard(desk: Desk, act: Act): Card {
  const held = createEntries<Hold>(
    "Nothing is held.",
    ({ hold, text }) => `${hold} ${text} ${desk.session.mayActAs("curator")}`,
    ({ hold, text, actor, reason }) => {
      const what = [h("strong", {}, `${hold}: ${text}`), h("p", {}, `${reason} (${actor})`)];
      return { element: h("li", {}, ...what, letting(desk, hold, act)), show: () => {} };
    },
  );
  return withCount("Holds", held.element, (status) => {
    held.show(status.holds);
    return status.holds.length;
  });
}

/** A card whose title says how many there are. */
function withCount(title: string, content: Child, show: (status: Status) => number): Card {
  const count = h("span");
  return {
    element: createCard(h("span", {}, `${title} (`, count, ")"), content),
    show: (status) => {
      count.textContent = String(show(status));
    },
  };
}

function dated(uploads: Status["quarantine"], status: Status): Upload[] {
  return uploads.map((upload) => ({ ...upload, ago: agoText(upload.recordedAt, status) }));
}

function entryOf({ rev, code, message }: Upload, form: Child): Entry<Upload> {
  const by = h("span", { class: "quiet" });
  return {
    element: h("li", {}, h("strong", {}, `${rev}: ${code ?? "refused"}`), by, h("p", {}, message ?? ""), form),
    show: ({ actor, ago }) => {
      by.textContent = ` ${actor}, ${ago}`;
    },
  };
}

/** Release or discard, by a curator, with a reason; others are told how it is done. */
function settling(desk: Desk, upload: number, act: Act): Child {
  if (!desk.session.mayActAs("curator")) {
    const command = h("code", {}, `fplane quarantine release ${upload}`);
    return h("p", { class: "quiet" }, "A curator who signs in here can release or discard it; so does ", command, ".");
  }
  const reason = reasonField(`Reason for status ${upload}`);
  const { quarantine } = desk.api;
  const release = () =>
    act(`Status ${upload} is released`, () =>
      quarantine.release.mutate({ upload, reason: reason.value, commit: true }),
    );
  const discard = () =>
    act(`Status ${upload} is discarded`, () => quarantine.discard.mutate({ upload, reason: reason.value }));
  const choices = [actButton("Release", release), actButton("Discard", discard)];
  return h("div", { class: "actions" }, reason, ...choices);
}

function letting(desk: Desk, hold: number, act: Act): Child {
  if (!desk.session.mayActAs("curator")) return null;
  const reason = reasonField(`Reason to release hold ${hold}`);
  const release = () =>
    act(`Hold ${hold} is released`, () => desk.api.holds.release.mutate({ hold, reason: reason.value, commit: true }));
  return h("div", { class: "actions" }, reason, actButton("Release", release));
}

function reasonField(label: string): HTMLInputElement {
  return h("input", { type: "text", "aria-label": label, placeholder: "reason" });
}
