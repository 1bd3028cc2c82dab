import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What a server that `initDirectory` made has logged beside the lines of requests: level and message. */
export function loggedIn(directory: string): string[] {
  const lines = readFileSync(join(directory, "logs", "fplane.log"), "utf8")
    .split("\n")
    .slice(0, -1);
  return lines.flatMap((line) => {
    const { level, msg } = JSON.parse(line) as { level: string; msg?: string };
    return msg === undefined ? [] : [`${level}: ${msg}`];
  });
}

/** What is said of outages: how many began and ended, how many requests they cost, and whatever else was said. */
export function outagesIn(directory: string) {
  const lines = loggedIn(directory);
  const begun = lines.filter((line) => line === "error: the database is away: what is known is still served");
  const ended = lines.filter((line) => line.startsWith("info: the database is back after"));
  const others = lines.filter((line) => ![...begun, ...ended].includes(line));
  const refused = ended.reduce((sum, line) => sum + Number(/(\d+) requests? w/.exec(line)?.[1]), 0);
  return { begun: begun.length, ended: ended.length, refused, others };
}
