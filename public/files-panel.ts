import type { Format } from "../src/domain/formats/format.ts";
import type { Desk } from "./desk.ts";
import { button, h, labelled, refill } from "./elements.ts";
import { emptyWords, type Scene } from "./scene.ts";
import type { Session } from "./session.ts";

/** What each format is called and good for. */
const FORMATS: Readonly<Record<Format, readonly [name: string, purpose: string]>> = {
  txt: ["focal-plane file", "what the data reductions read"],
  json: ["JSON", "for programs"],
  csv: ["CSV", "for spreadsheets and pandas"],
  ecsv: ["ECSV", "for astropy, with units and provenance"],
  ds9: ["DS9 regions", "for images, in focal-plane arcsec"],
};

/** Where the telescope looked: what the regions in the sky need beside the focal plane. */
const POINTING = [
  ["ra", "RA, degrees", 0, 360],
  ["dec", "Dec, degrees", -90, 90],
  ["pa", "PA, degrees", -360, 360],
] as const;

/** What is shown, as a file in every format, and as a link that shows the same for ever. */
export function createFilesPanel(desk: Desk): HTMLElement {
  const layout = h(
    "select",
    { onchange: () => fill(desk.scene()) },
    h("option", { value: "full" }, "every seat, unused ones commented"),
    h("option", { value: "short" }, "active VIRUS seats only"),
    h("option", { value: "all-slots" }, "every seat, none commented"),
  );
  const pointing = POINTING.map(([name, label, min, max]) => {
    const field = h("input", { type: "number", min, max, step: "any", oninput: () => fill(desk.scene()) });
    return { name, label, field };
  });
  const problem = h("p", { class: "problem", role: "alert" });
  const fileLink = createFileLinks(desk.session, (text) => {
    problem.textContent = text;
  });
  const inTheSky = h("p", {});
  const list = h("ul", { class: "files" });
  const links = h("div");
  const fill = (scene: Scene) => {
    if (scene.state.panel !== "files") return;
    const { answer, problems } = scene;
    if (answer === null) {
      const isAsked = problems.date === undefined && problems.known === undefined;
      for (const place of [inTheSky, links]) refill(place);
      return refill(list, h("li", { class: "quiet" }, isAsked ? "…" : `${emptyWords(scene)}.`));
    }
    refill(
      list,
      ...Object.entries(FORMATS).map(([format, [name, purpose]]) => {
        const link = fileLink(namedAddress(scene, layout.value, format), name);
        return h("li", {}, link, h("span", { class: "quiet" }, ` ${purpose}`));
      }),
    );
    refill(inTheSky, ...skyRegions(fileLink, namedAddress(scene, layout.value, "ds9"), pointing));
    refill(
      links,
      permanent("This view, as it is known now", pinnedView(scene)),
      permanent("The file, as it is known now", new URL(fileAddress(scene, layout.value, "txt"), location.href).href),
    );
  };
  desk.onScene(fill);
  return h(
    "div",
    {},
    h("h2", {}, "Files"),
    h("p", { class: "quiet" }, "Of the date that is shown, with the positions that are shown (measured or nominal)."),
    labelled("Rows", layout),
    problem,
    list,
    h("h3", {}, "Regions in the sky"),
    h("div", { class: "pointing" }, ...pointing.map(({ label, field }) => labelled(label, field))),
    inTheSky,
    h("h3", {}, "Permanent links"),
    links,
  );
}

/** A link, once it is known where the telescope looked. */
function skyRegions(
  fileLink: (path: string, name: string) => HTMLElement,
  path: string,
  pointing: readonly { readonly name: string; readonly field: HTMLInputElement }[],
): HTMLElement[] {
  if (!pointing.every(({ field }) => field.value !== "" && field.validity.valid)) {
    return [
      h("span", { class: "quiet" }, "For images of the sky: where the IHMP centre was (ICRS), and its position angle."),
    ];
  }
  const query = new URLSearchParams(pointing.map(({ name, field }) => [name, field.value]));
  return [fileLink(`${path}&${query}`, "DS9 sky regions")];
}

/** Pinned: the same instant, as the same revision knows it, gives the same bytes for ever. */
function fileAddress(scene: Scene, layout: string, format: string): string {
  return `/fplane/${scene.answer?.instant ?? ""}?${variantOf(scene, layout, format)}`;
}

/** As pinned, but for a date that was given the file is called by it. */
function namedAddress(scene: Scene, layout: string, format: string): string {
  const { date, ut } = scene.state;
  if (["", "latest", "current"].includes(date)) return fileAddress(scene, layout, format);
  return `/fplane/${encodeURIComponent(date)}?${variantOf(scene, layout, format)}${ut ? "&night=ut" : ""}`;
}

function variantOf({ answer, state }: Scene, layout: string, format: string): URLSearchParams {
  const query = new URLSearchParams({ actual_pos: state.positions === "measured" ? "1" : "0" });
  if (layout === "short") query.set("full_fplane", "0");
  if (layout === "all-slots") query.set("all_slots", "1");
  if (format !== "txt") query.set("format", format);
  query.set("as_of", String(answer?.revision ?? ""));
  return query;
}

function pinnedView({ answer, diff }: Scene): string {
  const url = new URL(location.href);
  url.searchParams.set("date", answer?.instant ?? "");
  url.searchParams.delete("night");
  url.searchParams.set("as_of", String(answer?.revision ?? ""));
  if (diff !== null) {
    url.searchParams.set("compare", diff.a.instant);
    url.searchParams.set("compare_as_of", String(diff.a.revision));
  }
  return url.href;
}

function permanent(name: string, address: string): HTMLElement {
  const field = h("input", { type: "text", readonly: true, value: address, onfocus: () => field.select() });
  const copyIt = async () => {
    field.select();
    await copied(address);
    copy.textContent = "Copied";
    setTimeout(() => refill(copy, "Copy"), 1500);
  };
  const copy: HTMLButtonElement = button("Copy", () => void copyIt());
  return h("div", { class: "permanent" }, labelled(name, field), copy);
}

/** Without HTTPS, or where it is forbidden, browsers have no clipboard: then what is selected is copied. */
async function copied(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    document.execCommand("copy");
  }
}

/**
 * A link to a file. A link sends no key: where somebody has signed in, the file is fetched with it.
 *
 * @param tell is told why there is no file, or that there is one
 */
function createFileLinks(session: Session, tell: (problem: string) => void) {
  const fetched = async (key: string, path: string) => {
    try {
      await saveKeyed(key, path);
      tell("");
    } catch (error) {
      tell(`There is no file: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return (path: string, name: string): HTMLElement => {
    const onclick = (event: Event) => {
      const key = session.key();
      if (key === null) return;
      event.preventDefault();
      void fetched(key, path);
    };
    return h("a", { href: path, download: true, onclick }, name);
  };
}

/** @throws Error with the server's words, instead of which no file may stand */
async function saveKeyed(key: string, path: string): Promise<void> {
  const answer = await fetch(path, { headers: { authorization: `FPS_API APIKEY=${key}` } });
  if (!answer.ok) {
    const told: { readonly message?: string } = await answer.json().catch(() => ({}));
    throw new Error(told.message ?? `the server answers ${answer.status}`);
  }
  const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? "fplane.txt";
  const address = URL.createObjectURL(await answer.blob());
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
