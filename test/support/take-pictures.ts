/**
 * Takes the pictures of docs/page.md from the real page, on the public history that `serve --demo` has: `bun run pictures`.
 */
import { join } from "node:path";
import type { Page } from "playwright-core";
import { visit } from "./browser.ts";
import { startCli } from "./cli.ts";
import { endRun } from "./end-of-run.ts";

const FOLDER = join(import.meta.dir, "..", "..", "docs", "pictures");
const WINDOW = { viewport: { width: 1280, height: 860 }, colorScheme: "light" } as const;

async function take(url: string, name: string, query: string, act: (page: Page) => Promise<void>): Promise<void> {
  const { page, leave } = await visit(`${url}/${query}`, WINDOW);
  await act(page);
  await page.getByText("live", { exact: true }).waitFor();
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  await leave();
}

const server = startCli(["serve", "--demo", "--json"], { env: { SERVER_URL: "localhost:0" } });
const { value } = await server.stdout.getReader().read();
const { url, key } = JSON.parse(new TextDecoder().decode(value)) as { url: string; key: string };

await take(url, "plane", "?date=20190405&seat=053", async (page) => {
  await page.getByText("History of seat 053").waitFor();
});
await take(url, "compare", "?date=20190405&compare=20180715&panel=changes&pa=0", async (page) => {
  await page.getByText("What moved").waitFor();
});
await take(url, "correction", "?date=20191127&seat=015", async (page) => {
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Key", { exact: true }).fill(key);
  await page.keyboard.press("Enter");
  const form = page.getByRole("region", { name: "Correction" });
  await form.getByLabel("Bay").fill("152");
  await form.getByLabel("Reason").fill("bay from the headers");
  await form.getByRole("button", { name: "Preview" }).click();
  await form.getByText("to be reduced again").waitFor();
  await form.evaluate((element) => element.scrollIntoView({ block: "end" }));
});
server.kill("SIGINT");
await server.exited;
await endRun();
