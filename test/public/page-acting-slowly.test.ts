import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { listHolds } from "../../src/service/holds.ts";
import { setUserRole } from "../../src/service/users.ts";
import { CHROMIUM } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { ADMIN } from "../support/observatory.ts";
import { createPageSites, createVisits, giveKey, type PageSite, signIn } from "../support/page-site.ts";
import { as, STARTING } from "../support/site.ts";

describe.skipIf(CHROMIUM === null)("who acts on the page over a slow line (needs chromium)", () => {
  const serve = createPageSites();
  const visit = createVisits();
  let site: PageSite;
  beforeAll(async () => {
    site = await serve();
  }, 3 * STARTING);
  let before = 0;
  beforeEach(async () => {
    before = await newest();
  });

  const open = (query: string) => visit(`${site.url}/${query}`);
  const newest = async () => (await site.deps.store.newestRevision())?.rev ?? 0;
  /** Holds back what is asked, until `answer` is called. @returns how many were asked */
  const holdBack = async (page: Page, what: RegExp) => {
    const released = Promise.withResolvers<void>();
    let asked = 0;
    await page.route(what, async (route) => {
      asked += 1;
      await released.promise;
      await route.continue().catch(() => {}); // it may have been given up
    });
    return { asked: () => asked, answer: released.resolve };
  };

  test("records a hold once, however often the button is pressed, and offers an empty form for the next", async () => {
    const page = await open("?view=operations");
    await signIn(page, site.keys.curator);
    const line = await holdBack(page, /holds\.add/);
    const reason = page.getByRole("textbox", { name: "Reason", exact: true });
    await page.getByLabel("Seats", { exact: true }).fill("014");
    await page.getByRole("textbox", { name: "From" }).fill("20200101");
    await reason.fill("being repaired");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Hold", exact: true }).dblclick();
    await eventually(line.asked, (asked) => asked > 0);
    line.answer();
    await page.getByText("014 from 2020-01-01T18:00:00Z on").first().waitFor();
    await eventually(
      () => reason.inputValue(),
      (text) => text === "",
    );
    expect(line.asked()).toBe(1);
    expect((await listHolds(site.deps)).length).toBe(1);
  });

  test("sees the role that a user has, not the one that was refused", async () => {
    const page = await open("?view=operations");
    await signIn(page, site.keys.admin);
    await page.route(/users\.setRole/, (route) => route.fulfill({ status: 503, body: "away" }));
    page.on("dialog", (asked) => asked.accept());
    const role = page.getByLabel("Role of cron");
    await role.selectOption("curator");
    await page.getByRole("alert").getByText("the server does not answer").waitFor();
    expect(await role.inputValue()).toBe("updater");
  });

  test("is asked before a role is changed, or a key replaced, and nothing is done without a yes", async () => {
    const page = await open("?view=operations");
    await signIn(page, site.keys.admin);
    const questions: string[] = [];
    page.on("dialog", (asked) => {
      questions.push(asked.message());
      return asked.dismiss();
    });
    const role = page.getByLabel("Role of cron");
    await role.focus();
    await page.keyboard.press("ArrowDown");
    expect(await role.inputValue()).toBe("updater");
    await page.getByRole("row").filter({ hasText: "cron" }).getByRole("button", { name: "New key" }).click();
    expect(questions).toEqual([
      "Make cron curator, who is updater?",
      "Give cron a new key? The one that cron has opens nothing then.",
    ]);
    expect(await newest()).toBe(before);
  });

  test("is shown no preview of what the fields no longer say, and records a correction once", async () => {
    const page = await open("?date=20180901&seat=044");
    await signIn(page, site.keys.curator);
    const form = page.getByRole("region", { name: "Correction" });
    const first = await holdBack(page, /trpc\/correct/);
    await form.getByLabel("Bay").fill("218");
    await form.getByLabel("Reason").fill("it was misread");
    await form.getByRole("button", { name: "Preview" }).click();
    await eventually(first.asked, (asked) => asked === 1);
    await form.getByLabel("Bay").fill("217");
    first.answer();
    await page.waitForResponse(/trpc\/correct/);
    await page.waitForTimeout(200);
    expect(await form.getByRole("button", { name: "Record it" }).count()).toBe(0);
    expect(await page.locator("svg.plane [data-previewed]").count()).toBe(0);
    await page.unroute(/trpc\/correct/);
    await form.getByRole("button", { name: "Preview" }).click();
    await form.getByRole("button", { name: "Record it" }).waitFor();
    const second = await holdBack(page, /trpc\/correct/);
    await form.getByRole("button", { name: "Record it" }).dblclick();
    await eventually(second.asked, (asked) => asked > 0);
    second.answer();
    await page.locator(".notice", { hasText: `Revision ${before + 1}` }).waitFor();
    await page.waitForTimeout(200);
    expect(second.asked()).toBe(1);
    expect(await form.locator(".problem").count()).toBe(0);
    expect(await newest()).toBe(before + 1);
  });

  test("keeps the fields of a correction when another date is looked at", async () => {
    const page = await open("?date=20180901&seat=045");
    await signIn(page, site.keys.curator);
    const form = page.getByRole("region", { name: "Correction" });
    await form.getByLabel("Bay").fill("219");
    await page.getByLabel("Date", { exact: true }).fill("20180905");
    await page.keyboard.press("Enter");
    await page.getByText("2018-09-06 05:00:00 UTC").first().waitFor();
    expect(await form.getByLabel("Bay").inputValue()).toBe("219");
  });

  test("who gives up signing in is not signed in when the answer comes, and leaves no key behind", async () => {
    const page = await open("?date=20180901");
    await signIn(page, "0".repeat(48));
    await page.getByRole("alert").getByText("nobody has this key").waitFor();
    const line = await holdBack(page, /users\.me/);
    await giveKey(page, site.keys.curator);
    await eventually(line.asked, (asked) => asked > 0);
    await page.getByRole("button", { name: "Cancel" }).click();
    line.answer();
    await page.waitForTimeout(300);
    await page.getByRole("button", { name: "Sign in" }).click();
    expect(await page.getByLabel("Key", { exact: true }).inputValue()).toBe("");
    expect(await page.getByText("nobody has this key").count()).toBe(0);
  });

  test("has the role that the server says, when it is changed meanwhile", async () => {
    const page = await open("?date=20180901&seat=044");
    await signIn(page, site.keys.updater);
    await page.getByText("live", { exact: true }).waitFor();
    await setUserRole(site.deps, ADMIN, "cron", "curator");
    await page.getByText("cron, curator").waitFor();
    await page.getByRole("region", { name: "Correction" }).waitFor();
    await setUserRole(site.deps, ADMIN, "cron", "updater");
    await page.getByText("cron, updater").waitFor();
    await page.getByRole("region", { name: "Correction" }).waitFor({ state: "hidden" });
  });

  test("is asked for another key when the one that is used is not taken any more, also where reading is public", async () => {
    const page = await open("?date=20200601");
    await signIn(page, site.keys.updater);
    await page.getByText("cron, updater").waitFor();
    await page.evaluate(() => sessionStorage.setItem("fplane.key", "0".repeat(48)));
    await site.swap("027", "028", "20200501", "20200701");
    await page.getByRole("dialog", { name: "Sign in" }).getByText("nobody has this key").waitFor();
    await page.getByLabel("Key", { exact: true }).fill(site.keys.updater);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Sign in" }).waitFor({ state: "hidden" });
    await site.swap("027", "028", "20200501", "20200701");
    await page.locator(".notice", { hasText: `Revision ${before + 2}` }).waitFor();
    expect(await page.getByRole("dialog", { name: "Sign in" }).isVisible()).toBe(false);
  });

  test("asks once to be told of revisions after signing in", async () => {
    const page = await open("?date=20180901");
    await page.getByText("live", { exact: true }).waitFor();
    let asked = 0;
    page.on("request", (request) => {
      if (request.url().includes("onRevision")) asked += 1;
    });
    await signIn(page, site.keys.updater);
    await eventually(
      () => asked,
      (times) => times > 0,
    );
    await page.waitForTimeout(3500);
    expect(asked).toBe(1);
  });

  test("gives a user one new key, which is the one that is shown", async () => {
    const page = await open("?view=operations");
    await signIn(page, site.keys.admin);
    const users = page.getByRole("region", { name: "Users" });
    const line = await holdBack(page, /users\.rotate/);
    page.on("dialog", (asked) => asked.accept());
    await users.getByRole("row").filter({ hasText: "cora" }).getByRole("button", { name: "New key" }).dblclick();
    await eventually(line.asked, (asked) => asked > 0);
    line.answer();
    const key = (await users.locator(".key code").textContent()) ?? "";
    expect(await newest()).toBe(before + 1);
    expect((await site.get("/trpc/users.me", as(key))).status).toBe(200);
    site = { ...site, keys: { ...site.keys, curator: key } };
  });

  test("stays signed in with the new key of one's own", async () => {
    const page = await open("?view=operations");
    await signIn(page, site.keys.admin);
    const users = page.getByRole("region", { name: "Users" });
    page.on("dialog", (asked) => asked.accept());
    await users.getByRole("row").filter({ hasText: "ada" }).getByRole("button", { name: "New key" }).click();
    const key = (await users.locator(".key code").textContent()) ?? "";
    site = { ...site, keys: { ...site.keys, admin: key } };
    await page.getByText("live", { exact: true }).waitFor();
    await users.getByLabel("Role of cron").waitFor();
    expect(await page.evaluate(() => sessionStorage.getItem("fplane.key"))).toBe(key);
    expect(await page.getByText("nobody has this key").count()).toBe(0);
    expect(await users.locator(".key code").textContent()).toBe(key);
  });
});
