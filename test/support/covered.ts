/**
 * Runs the tests and fails when they reach less than 90 % of the lines of src, router and db together. Arguments go to
 * `bun test`. (Bun's own threshold is one for each file, and much of the server's side is tested in processes of its own.)
 */
const LEAST = 0.9;

export {}; // a module, so that it can wait

const tests = Bun.spawnSync([process.execPath, "test", "--timeout", "60000", "--coverage", ...process.argv.slice(2)], {
  stdio: ["ignore", "inherit", "inherit"],
});
if (tests.exitCode !== 0) process.exit(tests.exitCode ?? 1);

let [lines, reached] = [0, 0];
for (const line of (await Bun.file("coverage/lcov.info").text()).split("\n")) {
  if (line.startsWith("LF:")) lines += Number(line.slice(3));
  if (line.startsWith("LH:")) reached += Number(line.slice(3));
}
const share = lines === 0 ? 0 : reached / lines;
console.error(`the tests reach ${(100 * share).toFixed(1)} % of the ${lines} lines of src, router and db`);
process.exit(share < LEAST ? 1 : 0);
