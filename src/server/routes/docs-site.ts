import { join, posix } from "node:path";

/** The documents as they are sent: pages by the end of their address, pictures by their name, as base64. */
export type DocsSite = {
  readonly pages: Readonly<Record<string, string>>;
  readonly pictures: Readonly<Record<string, string>>;
};

/** Put in by the build of a binary, `define: { FPLANE_DOCS: JSON.stringify(await buildDocs()) }`, which has no documents. */
declare const FPLANE_DOCS: DocsSite | undefined;

const PROJECT = join(import.meta.dir, "..", "..", "..");

let built: Promise<DocsSite> | undefined;

/** The documents, put together when they are first asked for. */
export function docsSite(): Promise<DocsSite> {
  if (typeof FPLANE_DOCS !== "undefined") return Promise.resolve(FPLANE_DOCS);
  built ??= buildDocs().catch((error) => {
    built = undefined;
    throw error;
  });
  return built;
}

/** Makes HTML of every document: `docs/**` and those at the top. */
export async function buildDocs(): Promise<DocsSite> {
  const paths = [...filesOf("*.md"), ...filesOf("docs/**/*.md")].sort();
  const slugs = new Map(paths.map((path) => [path, slugOf(path)]));
  const style = await Bun.file(join(PROJECT, "public", "style", "docs.css")).text();
  const tokens = await Bun.file(join(PROJECT, "public", "style", "tokens.css")).text();
  const pages: Record<string, string> = { "style.css": `${tokens}\n${style}` };
  for (const [path, slug] of slugs) pages[slug] = pageOf(path, await Bun.file(join(PROJECT, path)).text(), slugs);
  const pictures: Record<string, string> = {};
  for (const path of filesOf("docs/pictures/*.{png,svg}")) {
    pictures[posix.basename(path)] = Buffer.from(await Bun.file(join(PROJECT, path)).bytes()).toString("base64");
  }
  return { pages, pictures };
}

function filesOf(pattern: string): string[] {
  return [...new Bun.Glob(pattern).scanSync(PROJECT)];
}

/** `docs/cli.md` is `cli`, `docs/README.md` is the beginning, `SECURITY.md` is `security`. */
export function slugOf(path: string): string {
  if (path === "docs/README.md") return "";
  const name = path.replace(/\.md$/, "");
  return name.startsWith("docs/") ? name.slice("docs/".length) : name.toLowerCase();
}

export function addressAt(slug: string): string {
  return slug === "" ? "/docs" : `/docs/${slug}`;
}

function pageOf(path: string, markdown: string, slugs: ReadonlyMap<string, string>): string {
  const body = Bun.markdown.html(markdown, { headings: { ids: true } });
  const linked = new HTMLRewriter()
    .on("a", {
      element: (link) => {
        const address = link.getAttribute("href") ?? "";
        const served = servedAddress(path, address, slugs);
        if (served === null) link.removeAttribute("href");
        else link.setAttribute("href", served);
      },
    })
    .on("img", {
      element: (picture) => {
        picture.setAttribute("src", `/docs/pictures/${posix.basename(picture.getAttribute("src") ?? "")}`);
      },
    })
    .transform(body);
  const title = /^# (.*)$/m.exec(markdown)?.[1] ?? "fplane";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${Bun.escapeHTML(title)}</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<nav aria-label="Documentation"><a href="/">The page</a> <a href="/docs">Documentation</a> <a href="/docs/cli">Command line</a> <a href="/docs/api">HTTP</a></nav>
<main>
${linked}
</main>
</body>
</html>
`;
}

/** A link of a document as the server has it: null for a file of the project that is not served. */
function servedAddress(path: string, address: string, slugs: ReadonlyMap<string, string>): string | null {
  if (/^([a-z]+:|#)/i.test(address)) return address;
  const [file = "", anchor] = address.split("#");
  const slug = slugs.get(posix.join(posix.dirname(path), file));
  if (slug === undefined) return null;
  return `${addressAt(slug)}${anchor === undefined ? "" : `#${anchor}`}`;
}
