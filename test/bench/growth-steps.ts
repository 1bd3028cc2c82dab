import { residentMegabytes, type Started } from "./processes.ts";
import { median } from "./rounds.ts";
import { asked, type Site, serveSite } from "./site.ts";
import { statuses } from "./statuses.ts";

/** One figure of a history; `most`: how much larger it may be where the history is a thousand times as long. */
export type Step = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly most: number | null;
};

/** What may grow with the history only by this much: everything but what is on the disk. */
const STEADY = 1.5;

const YEARS = 49;

/**
 * Serves the site and measures it.
 *
 * @returns the figures, and what drives every path through the database once more, for whoever watches its plans
 */
export async function measureSteps(
  site: Site,
  bytes: number,
  quick: boolean,
): Promise<{ readonly steps: Step[]; readonly drive: () => Promise<void> }> {
  const times = quick ? 20 : 40; // few, so that hardly two are about the same configuration of a short history
  const next = statuses();
  const starts: number[] = [];
  for (let i = 0; i < (quick ? 1 : 5); i += 1) {
    const before = performance.now();
    const server = await serveSite(site);
    await timed(server, ["/fplane/20200101"]);
    starts.push(performance.now() - before);
    await server.stop();
  }
  const server = await serveSite(site);
  try {
    const newest = await newestRevision(server);
    const instants = Array.from({ length: times }, () => `/fplane/${randomInstant()}`);
    const pinned = instants.map((path) => `${path}?as_of=${2 + Math.floor(Math.random() * (newest - 1))}`);
    const early = instants.map((path, i) => `${path}?as_of=${Math.floor(newest / 10) + i}`);
    const cold = await timed(server, instants);
    const warm = await timed(server, instants);
    const coldPinned = await timed(server, pinned, [200, 404]);
    const coldEarly = await timed(server, early, [200, 404]);
    const warming = await updated(server, site, next, quick ? 2 : 30);
    const update = await updated(server, site, next, quick ? 5 : 60);
    void warming;
    const step = (name: string, value: number, unit: string, most: number | null = STEADY): Step => {
      return { name, value, unit, most };
    };
    return {
      steps: [
        step("a lookup that is asked for the first time", cold, "ms"),
        step("a lookup that was asked before", warm, "ms"),
        step("a first lookup as of any revision", coldPinned, "ms"),
        step("a first lookup as of an early revision", coldEarly, "ms"),
        step("a nightly update", update, "ms"),
        step("memory of the server", residentMegabytes(server.roots), "MB"),
        step("start until the first answer", median(starts), "ms", 2),
        step("size on disk", bytes / 1e6, "MB", null),
      ],
      drive: () => driveAll(site, next),
    };
  } finally {
    await server.stop();
  }
}

/** Every kind of question that goes to the database, a few times each. */
async function driveAll(site: Site, next: () => unknown): Promise<void> {
  const server = await serveSite(site);
  try {
    const newest = await newestRevision(server);
    const middle = Math.floor(newest / 2);
    const night = () => randomInstant().slice(0, 10);
    for (let i = 0; i < 8; i += 1) {
      const [a, b] = [night(), night()];
      const paths = [
        `/fplane/${a}`,
        `/fplane/${b}?actual_pos=1`,
        `/fplane/${a}?as_of=${middle}`,
        `/fplane/${a}?as_of=2`,
        `/fplane/1960-01-01`,
        `/diff?a=${a}&b=${b}`,
        `/diff?a=${a}&b=${a}&as_of_a=${middle}&as_of_b=${newest}`,
        `/changes?from_rev=${newest - 40}&to_rev=${newest}`,
        `/changes?from_rev=${middle}&to_rev=${middle + 40}`,
        "/revisions",
        `/revisions/${middle}`,
        "/tags",
        "/status",
      ];
      await timed(server, paths, [200, 404]);
      await updated(server, site, next, 2);
    }
    await timed(server, ["/history?specid=101", "/history?ifuid=005", "/history?contid=S/N 0001"], [200, 404]);
    const corrections = [{ ifuslot: "021", from: night(), set: { contid: "S/N 0123" } }];
    const correction = { corrections, reason: "bench", commit: true };
    await asked(server, site, "/trpc/correct", correction);
  } finally {
    await server.stop();
  }
}

async function newestRevision(server: Started): Promise<number> {
  const answer = await fetch(`${server.url}/fplane/`);
  return Number(answer.headers.get("x-fplane-revision"));
}

function randomInstant(): string {
  return new Date(Date.now() - (2 + Math.random() * YEARS * 365) * 86_400_000).toISOString();
}

/** Asks one after the other. @returns the median, in milliseconds */
async function timed(server: Started, paths: readonly string[], allowed: readonly number[] = [200]): Promise<number> {
  const took: number[] = [];
  for (const path of paths) {
    const before = performance.now();
    const answer = await fetch(server.url + path);
    const text = await answer.text();
    took.push(performance.now() - before);
    if (!allowed.includes(answer.status)) throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`);
  }
  return median(took);
}

async function updated(server: Started, site: Site, next: () => unknown, times: number): Promise<number> {
  const took: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const before = performance.now();
    await asked(server, site, "/fplane", { config: next(), commit: true, force: true });
    took.push(performance.now() - before);
  }
  return median(took);
}
