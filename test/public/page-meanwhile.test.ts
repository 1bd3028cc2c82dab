import { beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { DEFAULT_GATE } from "../../src/domain/status/gate.ts";
import { DAY } from "../../src/domain/time/instant.ts";
import { addHold, listHolds } from "../../src/service/holds.ts";
import { CHROMIUM } from "../support/browser.ts";
import { CURATOR } from "../support/observatory.ts";
import { createPageSites, createVisits, type PageSite, signIn } from "../support/page-site.ts";
import { STARTING, unitsOfToday } from "../support/site.ts";
import { send } from "../support/verbs.ts";

describe.skipIf(CHROMIUM === null)("who is in the middle of something when a revision is made (needs chromium)", () => {
  const serve = createPageSites();
  const visit = createVisits();
  let site: PageSite;
  beforeAll(async () => {
    site = await serve();
  }, 3 * STARTING);

  const open = async (query: string): Promise<Page> => {
    const page = await visit(`${site.url}/${query}`);
    await page.getByText("live", { exact: true }).waitFor();
    return page;
  };
  const newest = async () => (await site.deps.store.newestRevision())?.rev ?? 0;
  const hold = (ifuslot: string) =>
    addHold(site.deps, CURATOR, { ifuslots: [ifuslot], from: "20200101", reason: "being repaired", commit: true });
  /** Until the page shows the time that it asked anew after a revision. */
  const heardOf = async (page: Page, rev: number) => {
    await page.locator(".notice", { hasText: `Revision ${rev}:` }).waitFor();
    await page
      .locator("output.meaning .fact", { hasText: new RegExp(`revision${rev}$`) })
      .waitFor({ state: "attached" });
  };

  test("keeps a reason that is typed, and the cursor", async () => {
    const deps = { ...site.deps, gate: DEFAULT_GATE };
    deps.testClock.advance(DAY);
    const { details } = await send(deps, unitsOfToday().slice(0, 20)).catch((thrown) => thrown);
    const first = await hold("021");
    const page = await open("?view=operations");
    await signIn(page, site.keys.curator);
    const releasing = page.getByLabel(`Reason to release hold ${first.hold}`);
    const discarding = page.getByLabel(`Reason for status ${details.upload}`);
    await releasing.fill("repaired");
    await discarding.fill("half of the cables");
    await hold("022");
    const record = page.getByRole("article").filter({ hasText: "newest revision" });
    await record.getByText(`${await newest()}`, { exact: true }).waitFor();
    await page.keyboard.type(" were unplugged");
    expect(await releasing.inputValue()).toBe("repaired");
    expect(await discarding.inputValue()).toBe("half of the cables were unplugged");
    await page.getByRole("listitem").filter({ has: discarding }).getByRole("button", { name: "Discard" }).click();
    await page.getByText("No status waits for a curator.").waitFor();
    for (const { hold: number } of await listHolds(site.deps)) {
      const reason = page.getByLabel(`Reason to release hold ${number}`);
      await reason.fill("repaired");
      await page.getByRole("listitem").filter({ has: reason }).getByRole("button", { name: "Release" }).click();
      await reason.waitFor({ state: "detached" });
    }
    expect(await listHolds(site.deps)).toEqual([]);
  });

  test("keeps a date that is typed, also when the next field has the cursor", async () => {
    const page = await open("?date=20200601");
    const [date, compared] = [page.getByLabel("Date", { exact: true }), page.getByLabel("Compare with")];
    await date.fill("20190405");
    await compared.fill("20190101");
    await page.getByLabel("as known on", { exact: true }).fill("7");
    await heardOf(page, (await hold("033")).hold);
    expect(await date.inputValue()).toBe("20190405");
    expect(await compared.inputValue()).toBe("20190101");
    await page.getByRole("button", { name: "Now" }).click();
    await page.waitForURL((url) => !url.searchParams.has("date"));
    expect(await date.inputValue()).toBe("");
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    await page.getByLabel("as known on", { exact: true }).fill("8");
    await page.getByRole("button", { name: "Stop" }).click();
    await page.waitForURL((url) => !url.searchParams.has("compare"));
    expect(await compared.inputValue()).toBe("");
    expect(await page.getByLabel("as known on", { exact: true }).inputValue()).toBe("");
  });

  test("keeps the start of a correction that is being written", async () => {
    const page = await open("?date=20180601&seat=034");
    await signIn(page, site.keys.curator);
    const form = page.getByRole("region", { name: "Correction" });
    const from = form.getByLabel("From");
    await from.fill("20180401");
    await form.getByLabel("Until").fill("20180402");
    await heardOf(page, (await hold("034")).hold);
    expect(await from.inputValue()).toBe("20180401");
    await form.getByLabel("Spectrograph").fill("000");
    await form.getByLabel("Reason").fill("it was switched off");
    await form.getByRole("button", { name: "Preview" }).click();
    await form.getByText("1 night to be reduced again: 2018-04-01").waitFor();
    await form.getByRole("button", { name: "Drop it" }).click();
    await form.getByRole("button", { name: "Record it" }).waitFor({ state: "detached" });
    expect(await form.getByLabel("Until").inputValue()).toBe("");
    expect(await from.inputValue()).not.toBe("20180401");
    await form.getByLabel("Spectrograph").fill("000");
    await form.getByLabel("Reason").fill("it was switched off");
    await form.getByRole("button", { name: "Preview" }).click();
    await form.getByRole("button", { name: "Record it" }).waitFor();
  });

  const numbers = (page: Page) => page.locator("tbody tr td:first-child");
  /** Every revision from the newest one down to that, each once. */
  const showsDownTo = async (page: Page, oldest: number) => {
    const last = await newest();
    await numbers(page).first().getByText(`${last}`, { exact: true }).waitFor();
    await numbers(page).last().getByText(`${oldest}`, { exact: true }).waitFor();
    const wanted = Array.from({ length: last - oldest + 1 }, (_, i) => last - i);
    expect((await numbers(page).allTextContents()).map(Number)).toEqual(wanted);
  };

  test("finds each revision once in the record, however slow the answers are", async () => {
    const page = await open("?view=record");
    await numbers(page).first().waitFor();
    await page.route(/revisions\.list/, async (route) => {
      await Bun.sleep(300); // as over a slow line: the next revision is there before the answer
      await route.continue();
    });
    for (const ifuslot of ["043", "044", "045", "046"]) await heardOf(page, (await hold(ifuslot)).hold);
    await showsDownTo(page, 1);
  });

  test("has the record as far back as it was read, when news come", async () => {
    for (let i = 0; i < 60; i += 1) await hold("047");
    const page = await open("?view=record");
    await showsDownTo(page, (await newest()) - 49);
    await page.getByRole("button", { name: "Older revisions" }).dblclick();
    await showsDownTo(page, 1);
    await heardOf(page, (await hold("048")).hold);
    await showsDownTo(page, 1);
    expect(await page.getByRole("button", { name: "Older revisions" }).isVisible()).toBe(false);
  });
});

describe.skipIf(CHROMIUM === null)("who has signed in (needs chromium)", () => {
  const serve = createPageSites();
  const visit = createVisits();
  let site: PageSite;
  beforeAll(async () => {
    site = await serve({ publicRead: false });
  }, 3 * STARTING);

  test("is told why there is no file, and gets no other in its place", async () => {
    const page = await visit(`${site.url}/?date=20190405&panel=files`);
    await page.getByRole("dialog", { name: "Sign in" }).waitFor();
    await page.getByLabel("Key", { exact: true }).fill(site.keys.updater);
    await page.keyboard.press("Enter");
    const link = page.getByRole("link", { name: "focal-plane file" });
    await link.waitFor();
    const downloads: string[] = [];
    page.on("download", (download) => void downloads.push(download.suggestedFilename()));
    await page.evaluate(() => sessionStorage.setItem("fplane.key", "0".repeat(48)));
    await link.click();
    await page.getByRole("alert").getByText(/key/).waitFor();
    expect(downloads).toEqual([]);
    await page.evaluate((key) => sessionStorage.setItem("fplane.key", key), site.keys.updater);
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    expect(download.suggestedFilename()).toMatch(/^fplane.*\.txt$/);
    expect(await page.getByRole("alert").getByText(/key/).count()).toBe(0);
  });
});
