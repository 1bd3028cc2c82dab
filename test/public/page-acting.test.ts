import { beforeAll, describe, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { DEFAULT_GATE } from "../../src/domain/status/gate.ts";
import { DAY } from "../../src/domain/time/instant.ts";
import { CHROMIUM } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { createPageSites, createVisits, giveKey, type PageSite, signIn } from "../support/page-site.ts";
import { as, STARTING, unitsOfToday } from "../support/site.ts";
import { send } from "../support/verbs.ts";

describe.skipIf(CHROMIUM === null)("who acts on the page (needs chromium)", () => {
  const serve = createPageSites();
  let site: PageSite;
  let closed: PageSite;
  beforeAll(async () => {
    site = await serve();
    closed = await serve({ publicRead: false });
  }, 3 * STARTING);
  const visit = createVisits();

  const open = (where: PageSite, query: string) => visit(`${where.url}/${query}`);
  const seat = (page: Page, name: string | RegExp) => page.locator("svg.plane").getByRole("button", { name });
  const newest = async () => (await site.deps.store.newestRevision())?.rev ?? 0;

  test("sees a new revision without asking for it", async () => {
    const page = await open(site, "?date=20200601");
    await page.getByText("live", { exact: true }).waitFor();
    await seat(page, /^Seat 027: IFU 072/).waitFor();
    const rev = await site.swap("027", "028", "20200501", "20200701");
    await seat(page, /^Seat 027: IFU 071/).waitFor();
    await page.getByText(`Revision ${rev}: correct by cora (they were exchanged)`).waitFor();
  });

  test("is told of a new revision where an old one is looked at, and stays there", async () => {
    const page = await open(site, "?date=20200801&as_of=7");
    await page.getByText("live", { exact: true }).waitFor();
    await seat(page, /^Seat 039: IFU 061/).waitFor();
    await site.swap("039", "040", "20200710");
    await page.getByRole("button", { name: "Show the newest" }).click();
    await seat(page, /^Seat 039: IFU 060/).waitFor();
  });

  test("previews a swap of two seats in the picture, and records it", async () => {
    const page = await open(site, "?date=20180601&seat=034");
    expect(await page.getByRole("region", { name: "Correction" }).count()).toBe(0);
    await signIn(page, site.keys.curator);
    const form = page.getByRole("region", { name: "Correction" });
    const fill = async (ifuid: string, specid: string) => {
      await form.getByLabel("IFU").fill(ifuid);
      await form.getByLabel("Spectrograph").fill(specid);
    };
    await form.getByRole("heading", { name: "Correct seat 034" }).waitFor();
    await fill("064", "618");
    await seat(page, /^Seat 036:/).click();
    await form.getByRole("heading", { name: "Correct seat 036" }).waitFor();
    await form.getByText("and seat 034: IFU 064, Spectrograph 618").waitFor();
    await fill("066", "616");
    await form.getByLabel("From").fill("20180601");
    await form.getByLabel("Until").fill("20180603");
    await form.getByLabel("Reason").fill("the cables were <b>crossed</b>");
    const before = await newest();
    await form.getByRole("button", { name: "Preview" }).click();
    await form.getByText("2 nights to be reduced again: 2018-06-01, 2018-06-02").waitFor();
    await seat(page, /^Seat 034: IFU 064, spectrograph 618/).waitFor();
    const previewed = () => page.locator("svg.plane [data-previewed]").count();
    await eventually(previewed, (count) => count === 2);
    expect(await newest()).toBe(before);
    await form.getByRole("button", { name: "Record it" }).click();
    await page.locator(".notice", { hasText: `Revision ${before + 1}` }).waitFor();
    await page.locator("svg.plane [data-previewed]").first().waitFor({ state: "detached" });
    await seat(page, /^Seat 034: IFU 064, spectrograph 618/).waitFor();
    expect(await site.deps.store.revisionNumbered(before + 1)).toMatchObject({ kind: "correct", actor: "cora" });
  });

  test("is told once of a revision of one's own, however it is heard of", async () => {
    const page = await open(site, "?date=20180901&seat=044");
    await page.getByText("live", { exact: true }).waitFor();
    await signIn(page, site.keys.curator);
    const form = page.getByRole("region", { name: "Correction" });
    await form.getByLabel("Bay").fill("218");
    await form.getByLabel("Reason").fill("it was misread");
    await form.getByRole("button", { name: "Preview" }).click();
    const mine = (await newest()) + 1;
    await form.getByRole("button", { name: "Record it" }).click();
    await eventually(newest, (rev) => rev === mine);
    const notice = (rev: number) => page.locator(".notice", { hasText: `Revision ${rev}` });
    await notice(mine).waitFor();
    await notice(await site.swap("014", "016", "20200501", "20200601")).waitFor(); // it is heard of after one's own
    expect(await notice(mine).count()).toBe(1);
  });

  test("is not offered to record a correction that changes nothing", async () => {
    const page = await open(site, "?date=20180601&seat=013");
    await signIn(page, site.keys.curator);
    const form = page.getByRole("region", { name: "Correction" });
    const preview = async () => await form.getByRole("button", { name: "Preview" }).click();
    await form.getByLabel("Reason").fill("to be sure");
    await preview();
    await form.getByText("Nothing is other than what is recorded").waitFor();
    await form.getByLabel("Spectrograph").fill("000");
    await form.getByLabel("From").fill("20190401"); // it has lost its spectrograph by then
    await preview();
    await form.getByRole("heading", { name: "It would change nothing" }).waitFor();
    expect(await form.getByRole("button", { name: "Record it" }).count()).toBe(0);
    await form.getByLabel("From").fill("20180601");
    await preview();
    await form.getByRole("button", { name: "Record it" }).waitFor();
  });

  test("who previews what would contradict the record is told so, and nothing is recorded", async () => {
    const page = await open(site, "?date=20180601&seat=034");
    await signIn(page, site.keys.curator);
    const form = page.getByRole("region", { name: "Correction" });
    await form.getByLabel("IFU").fill("082");
    await form.getByLabel("Reason").fill("a mistake");
    const before = await newest();
    await form.getByRole("button", { name: "Preview" }).click();
    await form.locator(".problem").getByText("013").waitFor();
    expect(await newest()).toBe(before);
  });

  test("signs in for this tab only: the key is kept nowhere else, and is gone after signing out", async () => {
    const page = await open(site, "?date=20180601");
    await signIn(page, "0".repeat(48));
    await page.getByRole("alert").getByText("key").waitFor();
    await giveKey(page, site.keys.admin);
    await page.getByText("ada, admin").waitFor();
    const kept = () =>
      page.evaluate(() => [
        JSON.stringify(sessionStorage),
        JSON.stringify(localStorage),
        document.cookie,
        location.href,
      ]);
    const [session, ...elsewhere] = await kept();
    expect(session).toContain(site.keys.admin);
    expect(elsewhere.join(" ")).not.toContain(site.keys.admin);
    await page.reload();
    await page.getByText("ada, admin").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    expect((await kept()).join(" ")).not.toContain(site.keys.admin);
  });

  test("manages the users: adds one, whose key is shown once, changes its role, disables it", async () => {
    const page = await open(site, "?view=operations");
    expect(await page.getByRole("region", { name: "Users" }).count()).toBe(0);
    await signIn(page, site.keys.admin);
    const users = page.getByRole("region", { name: "Users" });
    await users.getByLabel("User name").fill("nina");
    await users.getByLabel("First name").fill("Nina");
    await users.getByLabel("Last name").fill("Night");
    await users.getByLabel("E-mail").fill("nina@example.org");
    await users.getByRole("button", { name: "Add" }).click();
    const key = (await users.locator(".key code").textContent()) ?? "";
    expect(key).toMatch(/^[0-9a-f]{48}$/);
    page.on("dialog", (asked) => asked.accept());
    await users.getByLabel("Role of nina").selectOption("curator");
    await page.getByText("nina is curator now").waitFor();
    expect(await page.getByText(key).count()).toBe(0);
    const role = () => site.deps.store.userNamed("nina");
    expect(await role()).toMatchObject({ role: "curator", enabled: true });
    await users.getByRole("row", { name: /nina/ }).getByRole("button", { name: "Disable" }).click();
    await eventually(role, (user) => user?.enabled === false);
  });

  test("sees how things stand, holds a seat and lets it go", async () => {
    const page = await open(site, "?view=operations");
    await page.getByText("No status has been taken yet.").waitFor();
    await signIn(page, site.keys.curator);
    const card = page.getByRole("article").filter({ hasText: "Holds (" });
    await page.getByLabel("Seats", { exact: true }).fill("014 016");
    await page.getByRole("textbox", { name: "From" }).fill("20200101");
    await page.getByRole("textbox", { name: "Reason", exact: true }).fill("being repaired");
    await page.getByRole("button", { name: "Hold", exact: true }).click();
    await card.getByText("014, 016 from 2020-01-01T18:00:00Z on").waitFor();
    await card.getByRole("textbox").fill("repaired");
    await card.getByRole("button", { name: "Release" }).click();
    await page.getByText("Nothing is held.").waitFor();
  });

  test("is shown what waits in quarantine and why, and how it is settled; a curator discards one and releases another", async () => {
    const deps = { ...site.deps, gate: DEFAULT_GATE };
    const wait = async (units: ReturnType<typeof unitsOfToday>): Promise<number> => {
      deps.testClock.advance(DAY);
      const error = await send(deps, units).catch((thrown) => thrown);
      expect(error).toMatchObject({ code: "quarantined" });
      return error.details.upload;
    };
    const units = unitsOfToday();
    const discarded = await wait(units.slice(0, 20));
    const page = await open(site, "?view=operations");
    const card = page.getByRole("article").filter({ hasText: "Quarantine (" });
    await card.getByText(`${discarded}: quarantined`).waitFor();
    await card.getByText(/^the status waits for a curator: it changes \d+ seats, .* units are lost/).waitFor();
    await card.getByText(`fplane quarantine release ${discarded}`).waitFor();
    expect(await card.getByRole("button").count()).toBe(0);
    await signIn(page, site.keys.curator);
    await card.getByRole("button", { name: "Discard" }).click();
    await page.getByRole("alert").getByText("discarding an upload needs a reason").waitFor();
    await card.getByLabel(`Reason for status ${discarded}`).fill("half of the cables were unplugged");
    await card.getByRole("button", { name: "Discard" }).click();
    await card.getByText("No status waits for a curator.").waitFor();
    expect(await site.deps.store.revisionNumbered(await newest())).toMatchObject({ kind: "discard", actor: "cora" });

    const released = await wait(units.map((unit, i) => (i < 40 ? { ...unit, specid: `${800 + i}` } : unit)));
    await page.reload();
    await card.getByRole("button", { name: "Release" }).click();
    await page.getByRole("alert").getByText("releasing an upload needs a reason").waitFor();
    await card.getByLabel(`Reason for status ${released}`).fill("the great re-plug");
    await card.getByRole("button", { name: "Release" }).click();
    await card.getByText("No status waits for a curator.").waitFor();
    expect(await site.deps.store.revisionNumbered(await newest())).toMatchObject({
      kind: "update",
      actor: "cora",
      reason: "the great re-plug",
    });
    await page
      .getByRole("article")
      .filter({ hasText: "Last hardware status" })
      .getByText(`${await newest()}`, { exact: true })
      .waitFor();
    expect(await (await site.get("/fplane")).text()).toContain("\t800\t");
  });

  test("looks into the log, and from there at what was known then", async () => {
    const page = await open(site, "?view=record");
    await page.getByRole("cell", { name: "they were exchanged" }).first().waitFor();
    await page.getByRole("button", { name: "4", exact: true }).click();
    await page.waitForURL(({ searchParams }) => searchParams.get("as_of") === "4");
    await page.getByRole("heading", { name: "The focal plane" }).waitFor();
  });

  test("is asked for a key where reading needs one, and then sees everything, live", async () => {
    const page = await open(closed, "?date=20190405&panel=files");
    await page.getByRole("dialog", { name: "Sign in" }).waitFor();
    await giveKey(page, closed.keys.updater);
    await seat(page, /^Seat 024: IFU 075/).waitFor();
    await page.getByText("live", { exact: true }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "CSV", exact: true }).click(),
    ]);
    const wanted = await (await closed.get("/fplane/20190405?actual_pos=1&format=csv", as(closed.keys.updater))).text();
    expect(await Bun.file(await download.path()).text()).toBe(wanted);
  });
});
