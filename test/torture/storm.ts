import { createHash } from "node:crypto";
import type { Instant } from "../../src/domain/time/instant.ts";
import { hardwareStatus, type ReportedUnit } from "../support/hardware-status.ts";

/** An update that the server has acknowledged, with what it answered. */
export type Acknowledged = {
  readonly rev: number;
  /** RFC 3339, from when on the status holds. */
  readonly from: string;
  /** SHA-256 of the file that the answer held. */
  readonly sha256: string;
};

/** The seats of the storm, and the two that change: whoever sees one of the two changed and not the other sees half a revision. */
const SEATS = ["013", "014", "015", "021", "022", "023"] as const;
const [ONE, OTHER] = [100, 500] as const;

/** A status in which the first two spectrographs bear the same mark, 0 to 299. */
export function markedStatus(mark: number, dataTime: Instant): Record<string, unknown> {
  const units = SEATS.map((ifuslot, i): ReportedUnit => {
    const specid = i === 0 ? ONE + mark : i === 1 ? OTHER + mark : 900 + i;
    return { ifuslot, ifuid: String(i + 1).padStart(3, "0"), specid: String(specid), specslot: "111" };
  });
  return hardwareStatus(units, dataTime);
}

/** The mark of a file; null where its two spectrographs do not belong together. */
function markOf(file: string): number | null {
  const specidIn = (seat: string) => Number(new RegExp(`^${seat}\\s+\\S+\\s+\\S+\\s+(\\d+)`, "m").exec(file)?.[1]);
  const [one, other] = [specidIn(SEATS[0]) - ONE, specidIn(SEATS[1]) - OTHER];
  return one === other ? one : null;
}

export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

let lastDataTime = 0;

/** The time now in milliseconds, but never the same twice. */
export function newDataTime(): Instant {
  lastDataTime = Math.max(lastDataTime + 1, Date.now());
  return (lastDataTime * 1000) as Instant;
}

/** The settings under which one unit after another may change. */
export const STORM_SETTINGS = { GATE_CHANGED_SHARE: "1", GATE_LOST_UNITS: "99", WRITES_PER_SECOND: "0" } as const;

export type StormOptions = {
  /** Asked anew for each request: a server that starts again may have another address. */
  readonly url: () => string;
  readonly key: string;
  readonly writers: number;
  readonly readers: number;
  /** Called with each acknowledgement. */
  readonly acknowledged?: (update: Acknowledged) => void;
};

/** What became of the requests of a storm. */
export type Storm = {
  readonly updates: Acknowledged[];
  /** Updates that got an error of the contract, by code; and those without an answer, of which nobody knows whether they were recorded. */
  readonly refused: Map<string, number>;
  /** Reads by what came of them: `200`, `200 stale`, a code, `no answer`. */
  readonly reads: Map<string, number>;
  /** What must never happen, told: a half revision, a code that is not the contract's, an internal error. */
  readonly faults: string[];
  readonly stop: () => Promise<void>;
};

/** Clients that send statuses and read files one after another, as fast as they are answered, until they are stopped. */
export function startStorm({ url, key, writers, readers, acknowledged }: StormOptions): Storm {
  const storm = { updates: [] as Acknowledged[], refused: new Map(), reads: new Map(), faults: [] as string[] };
  const count = (of: Map<string, number>, what: string) => of.set(what, (of.get(what) ?? 0) + 1);
  let stopped = false;
  const until = async (turn: () => Promise<void>) => {
    while (!stopped) await turn();
  };
  const write = async () => {
    const dataTime = newDataTime();
    const body = JSON.stringify({ config: markedStatus((dataTime / 1000) % 300, dataTime), commit: true });
    const headers = { authorization: `Bearer ${key}`, accept: "application/json" };
    const answer = await asked(`${url()}/fplane`, { method: "POST", body, headers });
    if (answer === null) {
      count(storm.refused, "no answer");
      return await Bun.sleep(5);
    }
    const told = JSON.parse(answer.text) as { code?: string; revision: number; from: string; text: string };
    if (answer.status === 200) {
      const update = { rev: told.revision, from: told.from, sha256: digest(told.text) };
      storm.updates.push(update);
      acknowledged?.(update);
      return;
    }
    count(storm.refused, told.code ?? `${answer.status}`);
    if (told.code !== "unavailable") storm.faults.push(`an update was answered ${answer.status} ${answer.text}`);
    else await Bun.sleep(20);
  };
  const read = async () => {
    const answer = await asked(`${url()}/fplane`);
    if (answer === null) {
      count(storm.reads, "no answer");
      return await Bun.sleep(5);
    }
    const stale = answer.headers.has("x-fplane-stale") ? " stale" : "";
    count(storm.reads, `${answer.status}${stale}`);
    if (answer.status !== 200) storm.faults.push(`a read was answered ${answer.status} ${answer.text}`);
    else if (markOf(answer.text) === null) storm.faults.push(`half a revision was read:\n${answer.text}`);
    await Bun.sleep(5);
  };
  const turns = [
    ...Array.from({ length: writers }, () => until(write)),
    ...Array.from({ length: readers }, () => until(read)),
  ];
  return {
    ...storm,
    stop: async () => {
      stopped = true;
      await Promise.all(turns);
    },
  };
}

async function asked(url: string, init: RequestInit = {}) {
  try {
    const response = await fetch(url, { ...init, keepalive: false });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch {
    return null; // the server died meanwhile, or is not there yet
  }
}

/** Asks for every update that was acknowledged by its revision. @returns those that are not answered as they were then */
export async function lostOf(url: string, updates: readonly Acknowledged[]): Promise<Acknowledged[]> {
  const lost: Acknowledged[] = [];
  for (const update of updates) {
    const answer = await asked(`${url}/fplane/${update.from}?as_of=${update.rev}`);
    if (answer?.status !== 200 || digest(answer.text) !== update.sha256) lost.push(update);
  }
  return lost;
}
