import { afterAll, afterEach, expect } from "bun:test";
import type { BrowserContextOptions, Page } from "playwright-core";
import { correct } from "../../src/service/correct.ts";
import { type Visit, visit } from "./browser.ts";
import { embeddedEngine } from "./engines.ts";
import { CURATOR } from "./observatory.ts";
import { openSite, PLANE, type Site } from "./site.ts";

/** A site on a port, for a browser. */
export type PageSite = Site & {
  readonly url: string;
  /** Exchanges what stands in two seats. @returns the revision */
  readonly swap: (a: string, b: string, from: string, until?: string) => Promise<number>;
};

/** Opens windows for the tests of a `describe`: after each of them its windows are closed, and none may have complained. */
export function createVisits(): (address: string, options?: BrowserContextOptions) => Promise<Page> {
  let visits: Visit[] = [];
  afterEach(async () => {
    const left = visits;
    visits = [];
    for (const { leave } of left) await leave();
    expect(left.flatMap(({ complaints }) => complaints)).toEqual([]);
  });
  return async (address, options) => {
    const visited = await visit(address, options);
    visits.push(visited);
    return visited.page;
  };
}

/** Signs in as somebody would. */
export async function signIn(page: Page, key: string): Promise<void> {
  await page.getByRole("button", { name: "Sign in" }).click();
  await giveKey(page, key);
}

/** Answers the page's question for a key. */
export async function giveKey(page: Page, key: string): Promise<void> {
  await page.getByLabel("Key", { exact: true }).fill(key);
  await page.keyboard.press("Enter");
}

/** What stands in a seat of the made-up plane. */
export function unitIn(ifuslot: string) {
  const row = PLANE.virus.find((each) => each.ifuslot === ifuslot);
  if (row?.ifuid == null || row.specid === null) throw new Error(`seat ${ifuslot} feeds no spectrograph`);
  const { ifuid, specid } = row;
  return { ifuid, specid };
}

/**
 * Serves sites to the tests of a `describe`: that of `openSite`, where besides the units of seats 024 and 025 changed
 * places on 2020-01-01 (revision 7).
 */
export function createPageSites(): (options?: { readonly publicRead?: boolean }) => Promise<PageSite> {
  const engine = embeddedEngine();
  const stops: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const stop of stops) await stop();
  });
  return async (options = {}) => {
    const { stop, ...site } = await servePage(await openSite(engine, options));
    stops.push(stop);
    return site;
  };
}

async function servePage(site: Site) {
  const swap = async (a: string, b: string, from: string, until = "open") => {
    const { specid: specA, ifuid: ifuA } = unitIn(a);
    const { specid: specB, ifuid: ifuB } = unitIn(b);
    const { revision } = await correct(site.deps, CURATOR, {
      corrections: [
        { ifuslot: a, from, until, set: { ifuid: ifuB, specid: specB } },
        { ifuslot: b, from, until, set: { ifuid: ifuA, specid: specA } },
      ],
      reason: "they were exchanged",
      commit: true,
    });
    return revision ?? 0;
  };
  await swap("024", "025", "20200101");
  const server = Bun.serve({
    hostname: "localhost",
    port: 0,
    idleTimeout: 60,
    fetch: (request) => site.app.fetch(request, {}),
  });
  return { ...site, swap, url: `http://localhost:${server.port}`, stop: () => server.stop(true) };
}
