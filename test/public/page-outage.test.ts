import { beforeAll, describe, expect, test } from "bun:test";
import type { BrowserContextOptions, Page } from "playwright-core";
import { addHold } from "../../src/service/holds.ts";
import { CHROMIUM, PHONE } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { CURATOR } from "../support/observatory.ts";
import { createPageSites, createVisits, type PageSite, signIn } from "../support/page-site.ts";
import { STARTING } from "../support/site.ts";

describe.skipIf(CHROMIUM === null)("who has the page open while the server goes away (needs chromium)", () => {
  const serve = createPageSites();
  const visit = createVisits();
  let site: PageSite;
  beforeAll(async () => {
    site = await serve();
  }, 3 * STARTING);

  const seat = (page: Page, name: string | RegExp) => page.locator("svg.plane").getByRole("button", { name });
  const newest = async () => (await site.deps.store.newestRevision())?.rev ?? 0;
  const hold = async (ifuslot: string) =>
    (await addHold(site.deps, CURATOR, { ifuslots: [ifuslot], from: "20200101", reason: "away", commit: true })).hold;
  /** A page whose server can be taken away, as a proxy says that it is. */
  const open = async (query: string, isAway = false, options: BrowserContextOptions = {}, prepare?: () => void) => {
    const page = await visit("about:blank", options);
    if (prepare !== undefined) await page.addInitScript(prepare);
    const server = { isAway };
    await page.route(/\/trpc\//, async (route) =>
      server.isAway ? await route.fulfill({ status: 503, body: "<html>away</html>" }) : await route.continue(),
    );
    await page.goto(`${site.url}/${query}`);
    return { page, server };
  };

  test("is told so on a phone, too, and sees the focal plane when it is back", async () => {
    const { page, server } = await open("?date=20200601", true, { viewport: PHONE });
    await page.getByText("the server does not answer").first().waitFor();
    expect(await page.getByText("Nothing is recorded").count()).toBe(0);
    server.isAway = false;
    await seat(page, /^Seat 024: IFU/).waitFor();
    await page.getByText("the server does not answer").first().waitFor({ state: "detached" });
  });

  test("waits for no answer that never comes, and can act again", async () => {
    const { page } = await open("?date=20200601");
    await seat(page, /^Seat 024: IFU/).waitFor();
    await signIn(page, site.keys.curator);
    await page.getByText("cora, curator").waitFor();
    let answered: boolean;
    await page.route(/getFplane|holds\.add/, async (route) => {
      if (answered) await route.continue();
    });
    /** How long is waited for an answer is shortened only while none comes: a slow machine is to answer in time. */
    const answers = async (does: boolean) => {
      answered = does;
      await page.evaluate(
        (share) => {
          AbortSignal.timeout = (milliseconds) => {
            const given = new AbortController();
            setTimeout(() => given.abort(new DOMException("the time is over", "TimeoutError")), milliseconds * share);
            return given.signal;
          };
        },
        does ? 1 : 1 / 20,
      );
    };
    await answers(false);
    await page.getByRole("button", { name: "Now" }).click();
    await page.getByText("the server does not answer").first().waitFor();
    await answers(true);
    await page.getByText("2020-07-01 18:00:00 UTC").first().waitFor();
    await answers(false);
    await page.getByRole("button", { name: "Operations", exact: true }).click();
    await page.getByRole("textbox", { name: "From" }).fill("20200101");
    await page.getByRole("textbox", { name: "Reason", exact: true }).fill("being repaired");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("whether it was done").waitFor();
    await answers(true);
    await page.getByRole("button", { name: "Hold", exact: true }).click();
    await page.locator(".notice", { hasText: /hold/i }).waitFor();
  });

  test("asks again by asking for the same", async () => {
    const { page, server } = await open("?date=20200601");
    await page.getByText("live", { exact: true }).waitFor();
    server.isAway = true;
    await page.getByLabel("Date", { exact: true }).fill("20200602");
    await page.keyboard.press("Enter");
    await page.getByText("the server does not answer").first().waitFor();
    server.isAway = false;
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.getByText("2020-06-03 05:00:00 UTC").first().waitFor();
  });

  test("has the record and a history when the server is back", async () => {
    const { page, server } = await open("?date=20200601&view=record");
    await page.getByRole("cell", { name: "they were exchanged" }).first().waitFor();
    await page.getByRole("button", { name: "Focal plane", exact: true }).click();
    server.isAway = true;
    await seat(page, /^Seat 024:/).click();
    await page.locator(".history").getByText("the server does not answer").waitFor();
    await page.getByRole("button", { name: "Record", exact: true }).click();
    await hold("031");
    await page.getByRole("region", { name: "Record" }).getByText("the server does not answer").waitFor();
    server.isAway = false;
    await page.getByRole("cell", { name: "away" }).first().waitFor();
    await page.getByRole("button", { name: "Focal plane", exact: true }).click();
    await page.getByRole("heading", { name: "History of seat 024" }).waitFor();
  });

  test("has a record without gaps, though the server went away in the middle", async () => {
    for (let i = 0; i < 60; i += 1) await hold("033");
    const { page } = await open("?view=record");
    const numbers = page.locator("tbody tr td:first-child");
    await numbers
      .first()
      .getByText(`${await newest()}`, { exact: true })
      .waitFor();
    let asked = 0;
    await page.route(/revisions\.list/, async (route) => {
      asked += 1;
      if (asked === 2) await route.fulfill({ status: 503, body: "away" });
      else await route.continue();
    });
    await page.route(/onRevision/, (route) => route.abort());
    await page.context().setOffline(true);
    for (let i = 0; i < 60; i += 1) await hold("033");
    await page.unroute(/onRevision/);
    await page.context().setOffline(false);
    await numbers
      .first()
      .getByText(`${await newest()}`, { exact: true })
      .waitFor();
    await hold("033");
    const last = await newest();
    await numbers.first().getByText(`${last}`, { exact: true }).waitFor();
    const shown = async () => (await numbers.allTextContents()).map(Number);
    await eventually(shown, (revs) => revs.every((rev, i) => rev === last - i));
  });

  test("sees something new while revisions come faster than answers", async () => {
    const { page } = await open("?date=20200601");
    await page.getByText("live", { exact: true }).waitFor();
    const start = await newest();
    await page.route(/getFplane/, async (route) => {
      await Bun.sleep(600);
      await route.continue();
    });
    const shown = async () =>
      Number((await page.locator("output.meaning .fact").last().textContent())?.replace("revision", ""));
    let most = 0;
    for (let i = 0; i < 300 && most <= start; i += 1) {
      await hold("032");
      await Bun.sleep(50);
      most = Math.max(most, await shown());
    }
    expect(most).toBeGreaterThan(start);
    const last = await newest();
    await eventually(shown, (rev) => rev === last);
    expect(await page.locator(".notice").count()).toBeLessThanOrEqual(5);
  });

  test("steps from where the picture is, however late an answer comes", async () => {
    const { page } = await open("?date=20200601");
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByText("2020-06-02 05:00:00 UTC").first().waitFor();
    const track = page.getByRole("slider", { name: "Changes of the focal plane" });
    const [asked, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await page.route(/getFplane/, async (route) => {
      const response = await route.fetch();
      asked.resolve();
      await released.promise;
      await route.fulfill({ response });
    });
    await track.focus();
    const at = async () => Number(await track.getAttribute("aria-valuenow"));
    const first = await at();
    await page.keyboard.press("ArrowLeft");
    await asked.promise;
    await track.evaluate((slider) => {
      const seen: string[] = [];
      Object.assign(globalThis, { seen });
      new MutationObserver(() => seen.push(slider.getAttribute("aria-valuenow") ?? "")).observe(slider, {
        attributeFilter: ["aria-valuenow"],
      });
    });
    await track.dispatchEvent("keydown", { key: "ArrowLeft" }); // as pressed, and seen before the answer to the first
    released.resolve();
    await page.locator("output.meaning .fact").first().waitFor();
    const seen = await page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
    expect(new Set(seen.map(Number))).toEqual(new Set([first - 2]));
  });

  test("is not told that nothing is recorded while it is asked, and gets no link to what was shown before", async () => {
    const { page } = await open("?date=20200601&panel=files");
    const pinned = page.getByLabel("This view, as it is known now");
    await pinned.waitFor();
    const released = Promise.withResolvers<void>();
    await page.route(/getFplane/, async (route) => {
      await released.promise;
      await route.continue();
    });
    await page.getByLabel("Date", { exact: true }).fill("20190405");
    await page.keyboard.press("Enter");
    await page.waitForURL(/20190405/);
    expect(await page.getByText("Nothing is recorded").count()).toBe(0);
    expect(await pinned.count()).toBe(0);
    released.resolve();
    await pinned.waitFor();
    expect(await pinned.inputValue()).toContain("date=2019-04-06");
  });
});
