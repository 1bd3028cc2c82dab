import { Hono } from "hono";
import { FplaneError } from "../../domain/errors.ts";
import type { AppEnv } from "../app-env.ts";
import { addressAt, docsSite, slugOf } from "./docs-site.ts";

/** Nothing in a document runs, and nothing comes from elsewhere. */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/** `GET /docs` and what is below: the documents as pages, without the internet. */
export function docsRoutes(): Hono<AppEnv> {
  const routes = new Hono<AppEnv>({ strict: false });
  routes.get("/docs", async () => page((await docsSite()).pages[""]));
  routes.get("/docs/pictures/:name", async (c) => {
    const { pictures } = await docsSite();
    const name = c.req.param("name");
    const picture = Object.hasOwn(pictures, name) ? pictures[name] : undefined;
    if (picture === undefined) throw new FplaneError("not-found", "the documents have no such picture");
    return new Response(Buffer.from(picture, "base64"), {
      headers: { "content-type": name.endsWith(".svg") ? "image/svg+xml" : "image/png", "cache-control": "no-cache" },
    });
  });
  routes.get("/docs/:name{.+}", async (c) => {
    const { pages } = await docsSite();
    const name = c.req.param("name").replace(/\/$/, "");
    const slug = slugOf(`docs/${name}`);
    if (name.endsWith(".md") && Object.hasOwn(pages, slug)) return c.redirect(addressAt(slug), 308);
    return page(Object.hasOwn(pages, name) ? pages[name] : undefined, name.endsWith(".css") ? "css" : "html");
  });
  return routes;
}

/** @throws FplaneError `not-found` */
function page(text: string | undefined, kind: "html" | "css" = "html"): Response {
  if (text === undefined) throw new FplaneError("not-found", "there is no such document; /docs lists them");
  return new Response(text, {
    headers: {
      "content-type": `text/${kind}; charset=utf-8`,
      "cache-control": "no-cache",
      "content-security-policy": POLICY,
    },
  });
}
