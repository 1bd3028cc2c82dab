import { existsSync } from "node:fs";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { atEndOfRun } from "./end-of-run.ts";

const DEBIAN = "/usr/bin/chromium";

/** The Chromium of this machine; null where there is none. */
export const CHROMIUM = Bun.which("chromium") ?? (existsSync(DEBIAN) ? DEBIAN : null);

/** Nothing but what the tests ask for; as root it runs without its sandbox only. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

let running: Promise<Browser> | undefined;

/** One browser for all tests of a run; another when it is gone, as bun kills it with a test that ran out of time. */
function browser(): Promise<Browser> {
  if (CHROMIUM === null) throw new Error("there is no chromium");
  running ??= chromium.launch({ executablePath: CHROMIUM, args: FLAGS, timeout: 60_000 }).then((launched) => {
    atEndOfRun(() => launched.close());
    launched.on("disconnected", () => {
      running = undefined;
    });
    return launched;
  });
  return running;
}

/** A window of somebody who was never here before. */
export type Visit = {
  readonly page: Page;
  /** What the browser complained of: errors of the page, and what its policy forbade. */
  readonly complaints: readonly string[];
  readonly leave: () => Promise<void>;
};

export async function visit(address: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await (await browser()).newContext({ viewport: DESKTOP, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(40_000);
  const complaints: string[] = [];
  page.on("pageerror", (error) => void complaints.push(error.message));
  page.on("console", (message) => {
    const text = message.text();
    // A refusal that the page shows is logged by the browser too.
    if (message.type() === "error" && !text.startsWith("Failed to load resource")) complaints.push(text);
  });
  await page.goto(address);
  return { page, complaints, leave: () => context.close() };
}

export type Inspection = {
  /** The rules that are looked at. */
  readonly rules: "all" | readonly string[];
  /** What was looked at before. */
  readonly without: readonly string[];
};

/** What axe finds wrong with what the page shows, a line each. */
export async function violations(page: Page, { rules, without }: Inspection): Promise<string[]> {
  if (await page.evaluate(() => !("axe" in globalThis))) await page.evaluate(axe.source);
  const found = await page.evaluate(
    async ({ only, exclude }) => {
      const { axe: runner } = globalThis as unknown as { axe: typeof axe };
      const { violations } = await runner.run(exclude.length === 0 ? document : { exclude }, {
        resultTypes: ["violations"],
        ...(only === "all" ? {} : { runOnly: [...only] }),
      });
      return violations;
    },
    { only: rules, exclude: [...without] },
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
}
