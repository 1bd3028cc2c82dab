/**
 * Runs the whole suite, in as many processes at once as there are processors (at most 4), and fails when a test fails or
 * when all together reach less than 90 % of the lines of src, router and db. (Bun's own threshold is one for each file,
 * and its own `--parallel` gives each file a fresh world, in which the databases would be set up 150 times.)
 *
 * What each process prints is in coverage/shard-N.log while it runs, and on the terminal when it has ended; its results
 * are in coverage/shard-N.xml. What failed is told again at the end. Arguments go to `bun test`.
 */
import { mkdir, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";

const LEAST = 0.9;
const OUTPUT = "coverage";
/** So much of what a failed test said is said again; the rest stands in its log. */
const FAILURE_LINES = 60;
const shards = Math.min(4, availableParallelism());

/** How often each line of each file was run, over all processes. */
type Reached = Map<string, Map<string, number>>;

async function runShard(shard: number): Promise<{ code: number; output: string }> {
  const log = join(OUTPUT, `shard-${shard}.log`);
  const results = ["--reporter=junit", `--reporter-outfile=${join(OUTPUT, `shard-${shard}.xml`)}`];
  const coverage = ["--coverage", "--coverage-reporter=lcov", `--coverage-dir=${join(OUTPUT, `shard-${shard}`)}`];
  const balance = ["--timings=test/support/timings.json", `--shard=${shard}/${shards}`];
  const tests = Bun.spawn(
    [process.execPath, "test", "--timeout", "120000", ...balance, ...coverage, ...results, ...process.argv.slice(2)],
    { stdin: "ignore", stdout: Bun.file(log), stderr: Bun.file(log) },
  );
  const code = await tests.exited;
  const output = await Bun.file(log).text();
  await say(output);
  return { code, output };
}

/** Told when it has gone out: what is said next would else overtake megabytes that wait for a pipe. */
async function say(text: string): Promise<void> {
  await new Promise((resolve) => process.stderr.write(text, resolve));
}

/** The last `  12 pass` of an output; bun leaves out what is 0. */
function counted(output: string, what: string): number {
  return Number([...output.matchAll(new RegExp(`^ *(\\d+) ${what}$`, "gm"))].at(-1)?.[1] ?? 0);
}

/**
 * Each failed test with what it said, said again behind the tables: who keeps only the end of an output still learns
 * which they were. What a test prints stands above its result, that it ran out of time below.
 */
function failures(output: string): string[] {
  const found: string[] = [];
  let said: string[] = [];
  for (const line of output.split("\n")) {
    if (line.startsWith("(fail) ")) found.push([...said.slice(-FAILURE_LINES), line].join("\n"));
    else if (line.startsWith("  ^ ") && said.length === 0) found.push(`${found.pop() ?? ""}\n${line}`);
    if (/^(\((pass|fail|skip|todo)\) |\S+\.test\.ts:$)/.test(line)) said = [];
    else said.push(line);
  }
  return found;
}

async function addLines(reached: Reached, shard: number): Promise<void> {
  let lines = new Map<string, number>();
  for (const line of (await Bun.file(join(OUTPUT, `shard-${shard}`, "lcov.info")).text()).split("\n")) {
    const [, file] = /^SF:(.*)$/.exec(line) ?? [];
    if (file !== undefined) {
      lines = reached.get(file) ?? new Map();
      reached.set(file, lines);
    }
    const [, number = "", times] = /^DA:(\d+),(\d+)/.exec(line) ?? [];
    if (times !== undefined) lines.set(number, (lines.get(number) ?? 0) + Number(times));
  }
}

await rm(OUTPUT, { recursive: true, force: true });
await mkdir(OUTPUT);
const numbers = Array.from({ length: shards }, (_, i) => i + 1);
const ended = await Promise.all(numbers.map(runShard));

for (const { output } of ended) for (const failure of failures(output)) await say(`\n${failure}\n`);

const sum = (what: string) => ended.reduce((total, { output }) => total + counted(output, what), 0);
const [passed, failed, skipped] = [sum("pass"), sum("fail"), sum("skip") + sum("todo")];
await say(`\n ${passed} pass\n ${failed} fail\n ${skipped} skip\n`);
if (failed > 0 || ended.some(({ code }) => code !== 0)) process.exit(1);

const reached: Reached = new Map();
for (const shard of numbers) await addLines(reached, shard);
const times = [...reached.values()].flatMap((lines) => [...lines.values()]);
const share = times.length === 0 ? 0 : times.filter((count) => count > 0).length / times.length;
await say(`the tests reach ${(100 * share).toFixed(1)} % of the ${times.length} lines of src, router and db\n`);
process.exit(share < LEAST ? 1 : 0);
