import { join } from "node:path";

/** The page as it is sent: one document, and what it loads, each under a name that changes with its content. */
export type PageBundle = {
  readonly html: string;
  readonly assets: Readonly<Record<string, string>>;
};

/** Put in by the build of a binary, `define: { FPLANE_PAGE: JSON.stringify(await buildPage()) }`, which has no sources. */
declare const FPLANE_PAGE: PageBundle | undefined;

let built: Promise<PageBundle> | undefined;

/** The page, bundled when it is first asked for. */
export function pageBundle(): Promise<PageBundle> {
  if (typeof FPLANE_PAGE !== "undefined") return Promise.resolve(FPLANE_PAGE);
  built ??= buildPage().catch((error) => {
    built = undefined;
    throw error;
  });
  return built;
}

/** Bundles `public/`: scripts and styles by Bun, their names put into the document. */
export async function buildPage(): Promise<PageBundle> {
  const folder = join(import.meta.dir, "..", "..", "..", "public");
  const { outputs } = await Bun.build({
    entrypoints: [join(folder, "main.ts"), join(folder, "style", "page.css")],
    target: "browser",
    minify: true,
    naming: "[name]-[hash].[ext]",
  });
  const assets: Record<string, string> = {};
  const add = (name: string, text: string) => {
    assets[name] = text;
    return `/assets/${name}`;
  };
  const named = new Map<string, string>();
  for (const output of outputs) {
    const name = output.path.replace(/^.*\//, "");
    named.set(name.slice(name.lastIndexOf(".")), add(name, await output.text()));
  }
  const icon = await Bun.file(join(folder, "icon.svg")).text();
  named.set(".svg", add(`icon-${Bun.hash(icon).toString(36)}.svg`, icon));
  const html = await Bun.file(join(folder, "index.html")).text();
  return {
    html: html
      .replaceAll("icon.svg", named.get(".svg") ?? "")
      .replace("style/page.css", named.get(".css") ?? "")
      .replace("main.ts", named.get(".js") ?? ""),
    assets,
  };
}
