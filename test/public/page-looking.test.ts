import { beforeAll, describe, expect, test } from "bun:test";
import type { BrowserContextOptions, Page } from "playwright-core";
import { addHold } from "../../src/service/holds.ts";
import { CHROMIUM, PHONE } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { CURATOR } from "../support/observatory.ts";
import { createPageSites, createVisits, type PageSite, unitIn } from "../support/page-site.ts";
import { PLANE, STARTING } from "../support/site.ts";

describe.skipIf(CHROMIUM === null)("who looks at the page (needs chromium)", () => {
  const serve = createPageSites();
  let site: PageSite;
  beforeAll(async () => {
    site = await serve();
    await addHold(site.deps, CURATOR, {
      ifuslots: ["015"],
      from: "20200201",
      reason: "the cable is on the wrong side",
      commit: true,
    });
  }, 3 * STARTING);
  const visit = createVisits();

  const look = async (query = "", options: BrowserContextOptions = {}): Promise<Page> => {
    const page = await visit(`${site.url}/${query}`, options);
    await page.getByText("revision", { exact: true }).first().waitFor();
    await page.locator("svg.plane:not([aria-busy])").waitFor();
    await page.getByRole("tablist").waitFor();
    return page;
  };
  const seat = (page: Page, name: string | RegExp) => page.locator("svg.plane").getByRole("button", { name });
  /** All that is drawn of a seat; `seat` is the button in it. */
  const drawn = (page: Page, ifuslot: string) =>
    page
      .locator("svg.plane g.seat")
      .filter({ has: page.getByRole("button", { name: new RegExp(`^Seat ${ifuslot}:`) }) });
  const at = (page: Page, text: string) => page.locator("output.meaning", { hasText: text }).waitFor();
  /** Who drags has the address where they stop, a moment later. */
  const addressHas = (page: Page, name: string, value: string) =>
    page.waitForURL(({ searchParams }) => searchParams.get(name) === value);

  test("types a date in any form, and sees the instant that was meant, and what sat where", async () => {
    const page = await look();
    const forms = [
      ["20190405", "2019-04-06 05:00:00 UTC"],
      ["2019-04-05", "2019-04-06 05:00:00 UTC"],
      ["20190405v017", "2019-04-05 05:00:00 UTC"],
      ["2019-04-05T01:02:03.4", "2019-04-05 01:02:03 UTC"],
      ["MJD58578.5", "2019-04-05 12:00:00 UTC"],
    ];
    for (const [form = "", instant = ""] of forms) {
      await page.getByLabel("Date", { exact: true }).fill(form);
      await page.keyboard.press("Enter");
      await at(page, instant);
      await addressHas(page, "date", form);
    }
    await page.getByLabel("How a bare date is read").selectOption("ut");
    await page.getByLabel("Date", { exact: true }).fill("20190405");
    await page.keyboard.press("Enter");
    await at(page, "2019-04-05 05:00:00 UTC");
    const { ifuid, specid } = unitIn("024");
    await seat(page, `Seat 024: IFU ${ifuid}, spectrograph ${specid}; active, not measured`).waitFor();
  });

  test("who mistypes a date is told what would be right, and sees no focal plane", async () => {
    const page = await look("?date=20190405");
    await page.getByLabel("Date", { exact: true }).fill("20190231");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("2019-02-31 does not exist").waitFor();
    await seat(page, "Seat 024: nothing is recorded").waitFor();
    await page.getByLabel("Date", { exact: true }).fill("20171215");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("it lies in a gap").waitFor();
  });

  test("tells empty, held, changed and unmeasured seats apart by more than colour", async () => {
    const page = await look("?date=20200210&compare=20190101");
    await page.locator("svg.plane [data-changed]").first().waitFor();
    await page.locator("svg.plane:not([aria-busy])").waitFor();
    const marks = async (ifuslot: string) => {
      const names = ["strike", "lock", "hatch", "ear", "pin"];
      const found = await Promise.all(names.map((name) => drawn(page, ifuslot).locator(`.${name}:visible`).count()));
      return names.filter((_name, i) => found[i] === 1);
    };
    expect(await marks("023")).toEqual(["strike"]);
    expect(await marks("015")).toEqual(["lock", "hatch", "pin"]);
    expect(await marks("024")).toEqual(["ear", "pin"]);
    const pin = (ifuslot: string) =>
      drawn(page, ifuslot)
        .locator(".pin")
        .evaluate((element) => getComputedStyle(element).fill);
    expect(await pin("014")).toBe("none");
    expect(await pin("016")).not.toBe("none");
    await seat(page, /^Seat 023: empty$/).waitFor();
    await seat(page, /^Seat 015: .*; active, not measured, held$/).waitFor();
    await seat(page, /^LRS2-B, seat 056: /).waitFor();
    expect(await page.locator("svg.plane").getByRole("button").count()).toBe(97);
  });

  test("draws the seats to scale, where they were measured or where they were meant to be", async () => {
    const page = await look("?date=20200210");
    const box = (ifuslot: string) => drawn(page, ifuslot).locator(".box").boundingBox();
    const [a, b, c] = [await box("014"), await box("015"), await box("024")];
    if (a === null || b === null || c === null) throw new Error("a seat is not drawn");
    expect(Math.abs((b.y - a.y) / (c.x - a.x) - 1)).toBeLessThan(0.02);
    expect(Math.abs(a.width / (c.x - a.x) - 0.51)).toBeLessThan(0.06); // 51 of 100 arcsec, and its line
    const moved = () => drawn(page, "016").locator(".body").getAttribute("transform");
    expect(await moved()).toBe("translate(-0.296,-0.135)");
    await page.getByLabel("Positions").selectOption("nominal");
    await eventually(moved, (where) => where === "translate(0,0)");
  });

  test("on a phone nothing lies over a seat", async () => {
    const page = await look("?date=20200210", { viewport: PHONE });
    const covered = await page.evaluate(() =>
      [...document.querySelectorAll("svg.plane g.virus, svg.plane g.auxiliary")].flatMap((seat) => {
        const { left, right, top, bottom } = seat.getBoundingClientRect();
        return [...document.querySelectorAll(".zoom button")].flatMap((button) => {
          const box = button.getBoundingClientRect();
          const meet = box.left < right && left < box.right && box.top < bottom && top < box.bottom;
          return meet ? [`${button.ariaLabel} over ${seat.textContent}`] : [];
        });
      }),
    );
    expect(covered).toEqual([]);
    await page.getByRole("button", { name: "Zoom in" }).click();
    await page.locator("svg.plane.near").waitFor();
  });

  test("steps through the changes with the keys, and back with the browser's button", async () => {
    const page = await look("?date=20180301");
    const line = page.getByRole("slider", { name: "Changes of the focal plane" });
    await line.focus();
    await page.keyboard.press("ArrowRight");
    await at(page, "2019-03-02 06:00:00 UTC");
    await addressHas(page, "date", "20190301");
    const told = () => line.getAttribute("aria-valuetext");
    await eventually(told, (text) => text?.includes("change 3 of 4, 1 seat changed") === true);
    await page.keyboard.press("End");
    await at(page, "2020-01-02 06:00:00 UTC");
    await page.keyboard.press("Home");
    await at(page, "2017-10-02 05:00:00 UTC");
    await page.getByRole("button", { name: "Next change" }).click();
    await at(page, "2018-01-02 06:00:00 UTC");
    await page.getByRole("button", { name: "Next change" }).click();
    await at(page, "2019-03-02 06:00:00 UTC");
    await page.goBack();
    await at(page, "2018-01-02 06:00:00 UTC");
  });

  test("drags along the years with the mouse", async () => {
    const page = await look("?date=20180301");
    const box = await page.getByRole("slider", { name: "Changes of the focal plane" }).boundingBox();
    if (box === null) throw new Error("there is no timeline");
    await page.mouse.move(box.x + 30, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + 40, { steps: 5 });
    await seat(page, /^Seat 024: IFU 074, spectrograph 608/).waitFor(); // after the swap of 2020
    await page.mouse.up();
    await page.locator("output.meaning", { hasText: /night of\d+ \w+ 202\d/ }).waitFor();
  });

  test("moves along what was known when", async () => {
    const page = await look("?date=20190405");
    await seat(page, /^Seat 013: IFU 082; no spectrograph/).waitFor();
    await page.getByLabel("As known on").first().fill("4");
    await page.keyboard.press("Enter");
    await seat(page, /^Seat 013: IFU 082, spectrograph 600/).waitFor();
    await addressHas(page, "as_of", "4");
    const axis = page.getByRole("slider", { name: "Revision" });
    await axis.focus();
    await page.keyboard.press("ArrowRight");
    await seat(page, /^Seat 013: IFU 082; no spectrograph/).waitFor();
    await page.getByText("5: import by cora").waitFor();
    await addressHas(page, "as_of", "5");
    await page.getByLabel("As known on").first().fill("no-such-tag");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("there is no tag no-such-tag").waitFor();
  });

  test("compares two dates: arrows for what moved, and the same in words", async () => {
    const page = await look("?date=20200210");
    await page.getByLabel("Compare with").fill("20190101");
    await page.keyboard.press("Enter");
    await page.getByText("IFUs 075 and 074 were swapped between 024 and 025").waitFor();
    const arrows = () => page.locator("svg.plane .moves .move").count();
    await eventually(arrows, (count) => count === 2);
    await page.getByText("spectrograph 600 is gone from 013").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.locator("svg.plane .moves .move").first().waitFor({ state: "detached" });
  });

  test("follows a seat, its spectrograph and its IFU through their history", async () => {
    const page = await look("?date=20200210");
    await seat(page, /^Seat 024:/).click();
    const panel = page.getByRole("tabpanel", { name: "Seat" });
    await panel.getByRole("heading", { name: "History of seat 024" }).waitFor();
    const stays = () => panel.locator(".history tbody tr").count();
    await eventually(stays, (count) => count === 3);
    await panel.locator("dl").getByRole("button", { name: "608" }).click();
    await panel.getByRole("heading", { name: "History of spectrograph 608" }).waitFor();
    await addressHas(page, "spec", "608");
    await panel.locator(".history").getByRole("button", { name: "2018-01-01 18:00" }).click();
    await at(page, "2018-01-01 18:00:00 UTC");
    const isChosen = () => seat(page, /^Seat 025:/).getAttribute("aria-pressed");
    await eventually(isChosen, (pressed) => pressed === "true");
  });

  test("finds an IFU by its number", async () => {
    const page = await look("?date=20200210");
    const field = page.getByRole("combobox", { name: "Search" });
    await field.fill("ifu 75");
    await page.getByRole("option", { name: /IFU 075 ?in seat 025/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "IFU 075", exact: true }).waitFor();
    await field.fill("20190101");
    await page.keyboard.press("Enter");
    await at(page, "2019-01-02 06:00:00 UTC");
  });

  test("sees how far the measured positions lie from the nominal ones, and where north and east are", async () => {
    const page = await look("?date=20200210");
    await page.getByLabel("Measured − nominal").selectOption("100");
    const measured = PLANE.virus.filter((row) => row.measured).length;
    const arrows = () => page.locator("svg.plane .foot").count();
    expect(await eventually(arrows, (count) => count > measured / 2)).toBeLessThanOrEqual(measured);
    await page.getByLabel("North and east at PA, degrees").fill("30");
    await page.keyboard.press("Tab");
    await page.getByRole("img", { name: "North and east at position angle 30 degrees" }).waitFor();
    await addressHas(page, "vectors", "100");
  });

  test("reads the picture as a table, sorted as wanted", async () => {
    const page = await look("?date=20200210&panel=table");
    const rows = page.locator("#panel-table tbody tr");
    const count = () => rows.count();
    await eventually(count, (shown) => shown === 97);
    await rows.filter({ hasText: "015" }).filter({ hasText: "active, not measured, held" }).waitFor();
    await page.getByRole("button", { name: "X_FP" }).click();
    await page.getByRole("button", { name: "X_FP" }).click();
    await page.locator('th[aria-sort="descending"]', { hasText: "X_FP" }).waitFor();
    expect(await rows.first().locator("td").nth(1).textContent()).toMatch(/^4[45]\d\.\d{3}$/);
  });

  test("takes what is shown as a file in every format, and a link to it that lasts", async () => {
    const page = await look("?date=20200210&panel=files");
    for (const [name, format] of [
      ["focal-plane file", "txt"],
      ["JSON", "json"],
      ["CSV", "csv"],
      ["ECSV", "ecsv"],
      ["DS9 regions", "ds9"],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name, exact: true }).click(),
      ]);
      const wanted = await (await site.get(`/fplane/20200210?actual_pos=1&format=${format}`)).text();
      expect(await Bun.file(await download.path()).text()).toBe(wanted);
      expect(download.suggestedFilename()).toEndWith(format === "ds9" ? ".reg" : `.${format}`);
    }
    for (const [label, degrees] of [
      ["RA, degrees", "150.1"],
      ["Dec, degrees", "-2.2"],
      ["PA, degrees", "250"],
    ] as const) {
      expect(await page.getByRole("link", { name: "DS9 sky regions" }).count()).toBe(0);
      await page.getByLabel(label, { exact: true }).fill(degrees);
    }
    const [regions] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "DS9 sky regions" }).click(),
    ]);
    const address = "/fplane/20200210?actual_pos=1&format=ds9&ra=150.1&dec=-2.2&pa=250";
    expect(await Bun.file(await regions.path()).text()).toBe(await (await site.get(address)).text());
    const pinned = await page.getByLabel("This view, as it is known now").inputValue();
    expect(new URL(pinned).searchParams.get("as_of")).toBe("8");
    const again = await visit(pinned);
    await at(again, "2020-02-11 06:00:00 UTC");
  });

  test("needs nothing but the keyboard", async () => {
    const page = await look("?date=20200210");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter"); // past the header
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
    for (let i = 0; i < 40 && !/^Seat/.test(await focused()); i += 1) await page.keyboard.press("Tab");
    expect(await focused()).toMatch(/^Seat 013/);
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toMatch(/^Seat 023/);
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toMatch(/^Seat 024/);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "History of seat 024" }).waitFor();
    expect(await focused()).toMatch(/^Seat 024/);
    await page.getByRole("tab", { name: "Seat" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("tab", { name: "Changes", selected: true }).waitFor();
  });
});
