import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { HOUR, type Instant, instantText, later } from "../../src/domain/time/instant.ts";
import { hardwareStatus } from "./hardware-status.ts";
import type { LiveServer } from "./live-server.ts";

/** Now, in whole seconds as the telescope has it. */
export function wholeSecond(): Instant {
  return (Math.floor(Date.now() / 1000) * 1_000_000) as Instant;
}

export function hoursAgo(hours: number): Instant {
  return later(wholeSecond(), -Math.round(hours * HOUR));
}

/** A status of one unit, whose spectrograph tells it from others. */
export function statusWith(specid: string, dataTime: Instant): Record<string, unknown> {
  return hardwareStatus([{ ifuslot: "013", ifuid: "043", specid }], dataTime);
}

/** Puts a status into a queue as docs/operations.md says that it is written. @returns the file's name */
export async function keepByHand(
  directory: string,
  { takenAt, server, config, ...more }: { takenAt: Instant; server: string; config: unknown; [more: string]: unknown },
): Promise<string> {
  const at = instantText(takenAt);
  const id = `by-hand-${at}-${Bun.hash(JSON.stringify(config))}`;
  const name = `${at.replaceAll(/[-:]/g, "").replace("Z", ".000000Z")}-${id.replaceAll(":", "_")}.json`;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const entry = { takenAt: at, id, datestr: null, server, config, ...more };
  await Bun.write(join(directory, name), JSON.stringify(entry));
  return name;
}

export type RecordedUpdate = {
  readonly rev: number;
  readonly specid: string;
  readonly dataTime: string;
  /** When the client took it and its id, where it had to wait. */
  readonly queued: { readonly takenAt: string; readonly id: string } | undefined;
};

/** The hardware statuses that a server has taken, by revision. */
export async function updatesOf({ url }: LiveServer): Promise<RecordedUpdate[]> {
  const ask = async (path: string) => (await fetch(`${url}${path}`)).json();
  const listed: readonly { rev: number; kind: string }[] = await ask("/revisions?limit=1000");
  const updates = listed.filter(({ kind }) => kind === "update").toSorted((a, b) => a.rev - b.rev);
  return await Promise.all(
    updates.map(async ({ rev }) => {
      const { body } = await ask(`/revisions/${rev}`);
      const { upload, queued } = body.source;
      const [{ SPECID }] = upload.units;
      return { rev, specid: String(SPECID), dataTime: body.status.dataTime, queued };
    }),
  );
}
