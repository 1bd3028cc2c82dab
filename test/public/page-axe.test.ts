import { beforeAll, describe, expect, test } from "bun:test";
import { addHold } from "../../src/service/holds.ts";
import { CHROMIUM, DESKTOP, PHONE, violations, visit } from "../support/browser.ts";
import { CURATOR } from "../support/observatory.ts";
import { createPageSites, type PageSite } from "../support/page-site.ts";
import { STARTING } from "../support/site.ts";

/** What is looked at, what shows that it is there, and whether its colours stand nowhere else. */
const VIEWS = [
  { query: "?date=20200210&compare=20190101&seat=024&vectors=100&pa=30", text: "History of seat 024", colours: true },
  { query: "?date=20200210&compare=20190101&panel=changes", text: "What moved", colours: false },
  { query: "?date=20200210&panel=table", text: "Every seat, as in the picture", colours: false },
  { query: "?date=20200210&panel=files", text: "Permanent links", colours: false },
  { query: "?date=nonsense&seat=015", text: "is no date", colours: true },
  { query: "?view=record", text: "the units changed places", colours: false },
  { query: "?view=operations", text: "Add a user", colours: true },
] as const;

/** Only colours differ between light and dark: each size is looked at wholly in one of them, which takes seconds. */
const LOOKS = [
  { name: "a desktop, light", viewport: DESKTOP, colorScheme: "light", rules: "all" },
  { name: "a desktop, dark", viewport: DESKTOP, colorScheme: "dark", rules: ["color-contrast"] },
  { name: "a phone, dark", viewport: PHONE, colorScheme: "dark", rules: "all" },
  { name: "a phone, light", viewport: PHONE, colorScheme: "light", rules: ["color-contrast"] },
] as const;

/** Looked at once, or alike in every line: it would take seconds again. */
const ALIKE = ["svg.plane", "#panel-table tbody tr:nth-child(n + 12)"];

describe.skipIf(CHROMIUM === null)("axe finds nothing wrong with the page (needs chromium)", () => {
  const serve = createPageSites();
  let site: PageSite;
  beforeAll(async () => {
    site = await serve();
    await addHold(site.deps, CURATOR, {
      ifuslots: ["015"],
      from: "20200101",
      reason: "the units changed places",
      commit: true,
    });
  }, 3 * STARTING);

  for (const { name, viewport, colorScheme, rules } of LOOKS) {
    test(`on ${name}`, async () => {
      const { page, leave } = await visit(site.url, { viewport, colorScheme });
      await page.evaluate((key) => {
        sessionStorage.setItem("fplane.key", key);
        sessionStorage.setItem("fplane.user", JSON.stringify({ username: "ada", role: "admin" }));
      }, site.keys.admin);
      await page.reload();
      for (const [i, { query, text }] of VIEWS.filter(({ colours }) => rules === "all" || colours).entries()) {
        await page.evaluate((address) => {
          history.pushState(null, "", address);
          dispatchEvent(new PopStateEvent("popstate"));
        }, query);
        await page.getByText(text).first().waitFor();
        expect(await violations(page, { rules, without: i === 0 ? [] : ALIKE })).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(`${query} ${Math.max(0, overflow)}`).toBe(`${query} 0`);
      }
      await leave();
    });
  }
});
