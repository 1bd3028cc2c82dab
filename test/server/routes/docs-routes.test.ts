import { expect, test } from "bun:test";
import { buildDocs } from "../../../src/server/routes/docs-site.ts";
import { DOCUMENTS, documentText } from "../../support/documents.ts";
import { failingStore } from "../../support/failing-store.ts";
import { observatory, testApp } from "../../support/observatory.ts";

/** The documents need no database. */
const { app } = testApp(observatory(failingStore(new Error("asked the database"))));
const { pages, pictures } = await buildDocs();
const addresses = Object.keys(pages).map((slug) => (slug === "" ? "/docs" : `/docs/${slug}`));

async function linksOf(html: string): Promise<string[]> {
  const links: string[] = [];
  const collect = (name: string) => ({
    element: (element: HTMLRewriterTypes.Element) => void links.push(element.getAttribute(name) ?? ""),
  });
  new HTMLRewriter()
    .on("a[href]", collect("href"))
    .on("link", collect("href"))
    .on("img", collect("src"))
    .transform(html);
  return links;
}

test("every document is a page of its own", () => {
  const markdown = DOCUMENTS.filter((path) => !path.startsWith("docs/README"));
  expect(addresses.length).toBe(markdown.length + 2); // the beginning, and the style
  for (const path of markdown)
    expect(pages[path.replace(/^docs\/|\.md$/g, "").replace(/^[A-Z]+$/, (name) => name.toLowerCase())]).toContain(
      "<main>",
    );
});

test.each(addresses)(
  "%s is served, and every link of it that stays here leads to a place that is there",
  async (address) => {
    const response = await app.request(address);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-security-policy")).not.toContain("unsafe-inline");
    const html = await response.text();
    if (address.endsWith(".css")) return;
    expect(html).not.toMatch(/<script|style=|https?:\/\/[^"]*\.(js|css)"/);
    for (const link of await linksOf(html)) {
      const [path = "", anchor] = link.split("#");
      if (/^[a-z]+:/.test(link) || path === "/") continue;
      const target =
        path === "" ? html : path.startsWith("/docs/pictures/") ? "" : pages[path.replace(/^\/docs\/?/, "")];
      if (path.startsWith("/docs/pictures/")) expect(Object.keys(pictures)).toContain(path.split("/").at(-1) ?? "");
      if (target === undefined) throw new Error(`${address} leads to ${link}, which is not there`);
      if (anchor !== undefined && !target.includes(`id="${anchor}"`))
        throw new Error(`${link} of ${address}: no such part`);
    }
  },
);

test.each([
  ["/docs/pipelines.md", "/docs/pipelines"],
  ["/docs/decisions/0003-two-times.md", "/docs/decisions/0003-two-times"],
  ["/docs/README.md", "/docs"],
])("%s, as the project names the document, leads to %s", async (file, address) => {
  const response = await app.request(file);
  expect([response.status, response.headers.get("location")]).toEqual([308, address]);
});

test("what a document says is in its page, and what is no document is not found", async () => {
  const [title] = /(?<=^# ).*$/m.exec(documentText("docs/operations.md")) ?? [];
  expect(await (await app.request("/docs/operations")).text()).toContain(`<title>${title}</title>`);
  for (const path of [
    "/docs/nothing",
    "/docs/nothing.md",
    "/docs/__proto__",
    "/docs/pictures/x.png",
    "/docs/..%2f..%2fpackage",
  ]) {
    expect((await app.request(path)).status).toBe(404);
  }
});
