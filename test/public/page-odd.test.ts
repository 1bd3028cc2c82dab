import { beforeAll, describe, expect, test } from "bun:test";
import type { BrowserContextOptions, Page } from "playwright-core";
import { addHold } from "../../src/service/holds.ts";
import { CHROMIUM, PHONE } from "../support/browser.ts";
import { embeddedEngine } from "../support/engines.ts";
import { CURATOR, observatory, testApp } from "../support/observatory.ts";
import { createPageSites, createVisits, giveKey, type PageSite } from "../support/page-site.ts";
import { STARTING } from "../support/site.ts";

describe.skipIf(CHROMIUM === null)("who uses the page in an odd way (needs chromium)", () => {
  const engine = embeddedEngine();
  const serve = createPageSites();
  const visit = createVisits();
  let site: PageSite;
  let closed: PageSite;
  beforeAll(async () => {
    site = await serve();
    closed = await serve({ publicRead: false });
  }, 3 * STARTING);

  /** Opens the page after something was done to the browser. */
  const open = async (query: string, options: BrowserContextOptions = {}, prepare?: () => void): Promise<Page> => {
    const page = await visit("about:blank", options);
    if (prepare !== undefined) await page.addInitScript(prepare);
    await page.goto(`${site.url}/${query}`);
    return page;
  };
  const isTold = (page: Page) => page.getByText("revision", { exact: true }).first().waitFor({ state: "attached" });
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent);

  test("stays where the keyboard is when what is there is shown anew", async () => {
    const page = await open("?date=20200601&panel=table");
    await isTold(page);
    const seat = page.getByRole("table").getByRole("button", { name: "024", exact: true }).first();
    await seat.focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/seat=024/);
    expect(await focused(page)).toBe("024");
    await page.getByRole("tab", { name: "Seat" }).click();
    await page.locator(".pairs button").nth(1).focus();
    const ifu = await focused(page);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/*ifu=${ifu}*`);
    expect(await focused(page)).toBe(ifu ?? "");
  });

  test("copies a link where the browser has no clipboard for pages without HTTPS", async () => {
    const page = await open("?date=20200601&panel=files", {}, () =>
      Object.defineProperty(navigator, "clipboard", { value: undefined }),
    );
    const link = page.getByLabel("The file, as it is known now");
    await link.waitFor();
    await page.getByRole("button", { name: "Copy" }).last().click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const date = page.getByLabel("Date", { exact: true });
    await date.fill("");
    await page.keyboard.press("Control+V");
    expect(await date.inputValue()).toBe(await link.inputValue());
  });

  test("sees the page where the browser keeps nothing for it", async () => {
    const page = await open("?date=20200601", {}, () => {
      for (const name of ["localStorage", "sessionStorage"]) {
        Object.defineProperty(window, name, {
          get: () => {
            throw new DOMException("denied", "SecurityError");
          },
        });
      }
    });
    await isTold(page);
    await page.getByRole("button", { name: "Dark" }).click();
    await page.getByRole("button", { name: "Sign in" }).click();
    await giveKey(page, site.keys.updater);
    await page.getByText("cron, updater").waitFor();
  });

  test("has the address of what is shown, however many dates were passed on the way", async () => {
    const page = await open("?date=20180301", {}, () => {
      const replace = history.replaceState.bind(history);
      let count = 0;
      history.replaceState = (...given) => {
        count += 1;
        if (count > 100) throw new DOMException("more than 100 in 30 seconds", "SecurityError"); // as Safari has it
        replace(...given);
      };
    });
    await isTold(page);
    const track = page.getByRole("slider", { name: "Changes of the focal plane" });
    await track.evaluate((slider) => {
      for (let day = 0; day < 150; day += 1)
        slider.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", shiftKey: true }));
    });
    await page.getByText("2018-07-30 05:00:00 UTC").first().waitFor();
    await page.waitForURL(/date=20180729/);
    await page.goBack();
    expect(page.url()).toBe("about:blank"); // which came before: what is passed on the way is no step back
  });

  test("is told what is wrong with a date that is compared", async () => {
    const page = await open("?date=20209999&compare=20190101&panel=changes");
    await page.getByRole("tabpanel").getByText("The date was not understood").waitFor();
    expect(await page.getByLabel("Date", { exact: true }).getAttribute("aria-invalid")).toBe("true");
  });

  test("leaves nothing of a closed record behind when signing out", async () => {
    const page = await visit(`${closed.url}/?view=record&seat=024`);
    await page.getByRole("dialog", { name: "Sign in" }).waitFor();
    await giveKey(page, closed.keys.updater);
    await page.getByRole("cell", { name: "they were exchanged" }).waitFor();
    await page.getByRole("button", { name: "Operations", exact: true }).click();
    await page.getByText("newest revision").waitFor();
    await page.getByRole("button", { name: "Focal plane", exact: true }).click();
    await page.getByRole("heading", { name: "History of seat 024" }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("heading", { name: "History of seat 024" }).waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Operations", exact: true }).click();
    expect(await page.getByText("newest revision").isVisible()).toBe(false);
    await page.getByRole("button", { name: "Record", exact: true }).click();
    await page.getByRole("alert").getByText("key").last().waitFor();
    expect(await page.getByRole("cell").count()).toBe(0);
  });

  test("reads a very long reason on a phone", async () => {
    const page = await open("?view=record", { viewport: PHONE });
    await page.getByText("live", { exact: true }).waitFor({ state: "attached" });
    const reason = `<b>${"x".repeat(900)}</b>`;
    await addHold(site.deps, CURATOR, { ifuslots: ["031"], from: "20200101", reason, commit: true });
    await page.getByRole("cell", { name: reason }).waitFor();
    for (const view of ["Record", "Operations", "Focal plane"]) {
      await page.getByRole("button", { name: view, exact: true }).click();
      const width = () => page.evaluate(() => document.documentElement.scrollWidth);
      expect([view, await width()]).toEqual([view, PHONE.width]);
    }
  });

  test.each([
    ["a name that is markup", "?seat=%3Cimg%20src=x%20onerror=alert(1)%3E", "is no ifuslot: it has three digits"],
    ["words that mean nothing", "?view=nonsense&panel=nonsense&vectors=NaN&positions=x", "The focal plane"],
    ["a revision that there is not", "?as_of=99999999999999999999", "What is recorded here is not known"],
    ["no date to compare with", "?compare=&compare_as_of=nonsense&panel=changes", "there is no tag nonsense"],
    ["a date of thousands of digits", `?date=${"1".repeat(5000)}`, "What is recorded here is not known"],
    ["angles beyond all numbers", "?pa=1e308&vectors=1e308", "The focal plane"],
    ["bytes that are no text", "?%E0%A4%A", "The focal plane"],
  ])("who comes by a link with %s sees the page", async (_what, query, words) => {
    const page = await open(query);
    await page.getByRole("tabpanel").getByText(words).first().waitFor();
    expect(await page.getByText("the server does not answer").count()).toBe(0);
    await page.locator("svg.plane:not([aria-busy])").waitFor();
  });

  test("sees a record in which there is nothing", async () => {
    const { store } = await engine.open();
    const { app } = testApp(observatory(store));
    const server = Bun.serve({ hostname: "localhost", port: 0, fetch: (request) => app.fetch(request, {}) });
    const page = await visit(`http://localhost:${server.port}/`);
    await page.getByText("Nothing is recorded here").first().waitFor();
    for (const panel of ["Changes", "Table", "Files"]) {
      await page.getByRole("tab", { name: panel }).click();
      await page.getByRole("tabpanel", { name: panel }).waitFor();
    }
    await page.getByRole("button", { name: "Operations", exact: true }).click();
    await page.getByText("No status has been taken yet.").waitFor();
    await page.getByRole("button", { name: "Record", exact: true }).click();
    await page.getByText("There are no tags.").waitFor();
    expect(await page.getByRole("button", { name: "Older revisions" }).isVisible()).toBe(false);
    await server.stop(true);
  });
});
