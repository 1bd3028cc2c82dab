import { BTREES, EXCLUSIONS, historyStatements, treatExclusion } from "./generated-history.ts";

type Run = (text: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** Lays the history; `run` carries out a statement, as the owner of everything, and gives its rows. */
export async function fillHistory(run: Run, revisions: number): Promise<void> {
  const began = performance.now();
  const told = (what: string) =>
    process.stderr.write(
      `  ${revisions} revisions: ${what} after ${((performance.now() - began) / 1000).toFixed(0)} s\n`,
    );
  const indices = (await run(BTREES)).map(({ drop, make }) => ({ drop: String(drop), make: String(make) }));
  for (const { drop } of indices) await run(drop);
  const exclusions = (await run(EXCLUSIONS)).map(({ name }) => String(name));
  for (const name of exclusions) await run(treatExclusion(name, "aside"));
  for (const statement of historyStatements(revisions)) await run(statement);
  told("rows");
  await Promise.all([...indices.map(({ make }) => make), ...exclusions].map((what) => build(run, what)));
  await run("VACUUM ANALYZE");
  told("indices");
}

/** @param what a statement that makes an index, or the name of one that is to be made again */
async function build(run: Run, what: string): Promise<void> {
  if (what.startsWith("CREATE")) return void (await run(what));
  await run(treatExclusion(what, "building"));
  await run(`REINDEX INDEX ${what}`);
  await run(treatExclusion(what, "as usual"));
}
