import { type Instant, instantOf } from "../../src/domain/time/instant.ts";
import { hardwareStatus, type ReportedUnit } from "../support/hardware-status.ts";
import { fileOf } from "./public-history.ts";

const ROW = /^(\d{3})\t\s*\S+\t\s*\S+\t(\d{3})\t(\d{3})\t(\d{3})\t/;

/** The VIRUS units of the newest focal plane of the public history: all 78 of them. */
function units(): ReportedUnit[] {
  const rows = fileOf("20240701")
    .split("\n")
    .map((line) => ROW.exec(line));
  return rows.flatMap((row) => {
    const [, ifuslot = "", specid = "", specslot = "", ifuid = ""] = row ?? [];
    const isUnit = row !== null && Number(ifuslot) > 0 && Number(ifuslot) < 110 && Number(specid) < 900;
    return isUnit ? [{ ifuslot, specid, specslot, ifuid }] : [];
  });
}

/**
 * Hardware statuses of which each exchanges the spectrographs of two seats, another pair than the one before, or (`agreeing`)
 * says what the one before said. Their data times are a second apart, the first some hours old: what a server takes today.
 */
export function statuses({ agreeing = false } = {}): () => Record<string, unknown> {
  const standing = units();
  const first = instantOf(new Date(Date.now() - 5 * 3_600_000).toISOString());
  let i = 0;
  return () => {
    const at = (2 * i) % (standing.length - 1);
    const [one, other] = [standing[at], standing[at + 1]];
    if (one === undefined || other === undefined) throw new Error("the public history has no units");
    if (!agreeing) {
      standing[at] = { ...one, specid: other.specid, specslot: other.specslot ?? null };
      standing[at + 1] = { ...other, specid: one.specid, specslot: one.specslot ?? null };
    }
    const dataTime = (first + i * 1_000_000) as Instant;
    i += 1;
    return hardwareStatus(standing, dataTime, "list");
  };
}
