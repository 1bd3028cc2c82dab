import { systemClock } from "../../bin/command-line/system-clock.ts";
import { VIRUS_SEATS } from "../../src/domain/plane/seat.ts";
import { SECOND } from "../../src/domain/time/instant.ts";
import { hardwareStatus, type ReportedUnit } from "../support/hardware-status.ts";
import { unitsIn } from "../support/verbs.ts";

/** A request of the soak. */
export type Load = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

export type SoakKeys = Readonly<Record<"updater" | "curator", string>>;

const UNITS = unitsIn(70);
const FIRST_NIGHT = Date.UTC(2017, 5, 1);
const NIGHTS = 3000;

function pick<T>(values: readonly T[]): T {
  return values[Math.floor(Math.random() * values.length)] as T;
}

function someNight(): string {
  const day = new Date(FIRST_NIGHT + Math.floor(Math.random() * NIGHTS) * 86_400_000);
  return day.toISOString().slice(0, 10).replaceAll("-", "");
}

const VARIANTS = ["", "?actual_pos=1", "?full_fplane=0", "?actual_pos=1&full_fplane=0", "?all_slots=1", "?format=json"];

/** What readers ask for, each as often as it stands here. */
const READS: readonly (() => string)[] = [
  ...Array<() => string>(12).fill(() => `/fplane/${someNight()}${pick(VARIANTS)}`),
  () => "/fplane",
  () => `/fplane/${someNight()}?as_of=${pick([2, 3, 4])}`,
  () => `/history?ifuslot=${pick(VIRUS_SEATS)}`,
  () => `/diff?a=${someNight()}&b=${someNight()}`,
  () => "/revisions?limit=20",
  () => `/trpc/getFplane?input=${encodeURIComponent(`{"datestr":"${someNight()}"}`)}`,
];

export function read(): Load {
  return { method: "GET", path: pick(READS)(), headers: { "accept-encoding": pick(["identity", "gzip"]) } };
}

/** The status that the soak begins with: it changes so much that it has to be forced. */
export function firstStatus(): Record<string, unknown> {
  return hardwareStatus(UNITS, systemClock());
}

/** The only sender of hardware statuses: each time another spectrograph in one of the seats, at another time. */
export function nightlyUpdate(keys: SoakKeys, turn: number): Load {
  const units: ReportedUnit[] = UNITS.map((unit, i) =>
    i === turn % 70 ? { ...unit, specid: String(500 + (turn % 2)) } : unit,
  );
  const config = hardwareStatus(units, systemClock());
  return post("/fplane", keys.updater, { config, commit: true });
}

/** A dry run; a minute ahead, so that it never is one that comes too late. */
export function dryRun(keys: SoakKeys): Load {
  const config = hardwareStatus(UNITS, (systemClock() + 60 * SECOND) as ReturnType<typeof systemClock>);
  return post("/fplane", keys.updater, { config, commit: false });
}

/** A correction of the past, in a seat of the connection's own; each replaces the one before. */
export function correction(keys: SoakKeys, connection: number, turn: number): Load {
  const corrections = [
    {
      ifuslot: VIRUS_SEATS[connection % 70],
      from: "20180101",
      until: "20180201",
      set: { contid: `S/N ${1000 + (turn % 9000)}` },
    },
  ];
  return post("/trpc/correct", keys.curator, { corrections, reason: "soak", commit: true });
}

function post(path: string, key: string, body: unknown): Load {
  const headers = { "content-type": "application/json", authorization: `FPS_API APIKEY=${key}` };
  return { method: "POST", path, headers, body: JSON.stringify(body) };
}
