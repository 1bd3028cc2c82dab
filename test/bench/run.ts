import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { endRun } from "../support/end-of-run.ts";
import { bulk } from "./bulk.ts";
import { growth } from "./growth.ts";
import { machine } from "./processes.ts";
import { profile } from "./profile.ts";
import { read } from "./read.ts";
import { isMet, printed, ratioTable } from "./report.ts";
import { keepResults, RESULTS } from "./results.ts";
import { scale } from "./scale.ts";
import { start } from "./start.ts";
import type { Subject } from "./subject.ts";
import { updates } from "./updates.ts";

const SUBJECTS: Readonly<Record<string, Subject>> = { read, profile, growth, updates, bulk, start, scale };

const USAGE = `bun run bench [SUBJECT...] [--rounds N] [--seconds N] [--out DIR] [--quick]

SUBJECT: ${Object.keys(SUBJECTS).join(", ")}; without one, all of them
--rounds    how often each load is run; the median counts (5)
--seconds   of one run of a load (5)
--out       where ${RESULTS} and pictures/ are written (the current directory; docs for the published ones)
--revisions how long the histories of growth are: 1000,100000,1000000 (the last one takes most of an hour to make)
--quick     a tiny sample, to see that the bench works
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string" },
    seconds: { type: "string" },
    out: { type: "string", default: "." },
    revisions: { type: "string" },
    quick: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const unknown = positionals.filter((name) => SUBJECTS[name] === undefined);
if (values.help || unknown.length > 0) {
  console.error(unknown.length > 0 ? `there is no subject ${unknown.join(", ")}\n\n${USAGE}` : USAGE);
  process.exit(unknown.length > 0 ? 2 : 0);
}
const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
const seconds = Number(values.seconds ?? (values.quick ? 1 : 5));
const revisions = values.revisions?.split(",").map(Number) ?? (values.quick ? [200, 1000] : [1000, 100_000, 1_000_000]);
let missed = 0;
for (const name of positionals.length > 0 ? positionals : Object.keys(SUBJECTS)) {
  const place = mkdtempSync(join(tmpdir(), "fplane-bench-"));
  console.error(`${name}:`);
  try {
    const [busy = 0] = loadavg();
    const found = await SUBJECTS[name]?.({ rounds, seconds, place, quick: values.quick, revisions });
    if (found === undefined) continue;
    const run = { at: new Date().toISOString(), machine: machine(), bun: Bun.version, busy, rounds, seconds };
    keepResults(values.out, name, found, run);
    for (const table of [...found.tables, ratioTable(found.ratios)]) console.log(`\n${printed(table)}`);
    for (const what of found.missing) console.log(`not measured: ${what}`);
    missed += found.ratios.filter((ratio) => isMet(ratio) === false).length;
  } finally {
    rmSync(place, { recursive: true, force: true });
    await endRun();
  }
}
console.log(missed === 0 ? "\nEvery target is met." : `\n${missed} targets are missed.`);
process.exit(0);
