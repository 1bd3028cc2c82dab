import { NO_CURE, VARIANTS } from "../../src/domain/answer/night-answers.ts";
import type { NightSpan } from "../../src/domain/record/fold-nights.ts";
import { ask, type Client } from "../client/client.ts";
import type { CrawlDirectory } from "./crawl-directory.ts";

const AT_ONCE = 4;

/**
 * Asks the new server what the old one was asked, for the first night of each span, and compares the files byte for byte.
 *
 * @returns what to tell: every file that differs, and how many were compared
 * @throws FplaneError `unavailable`
 */
export async function compareAnswers(
  client: Client,
  directory: CrawlDirectory,
  spans: readonly NightSpan[],
): Promise<string[]> {
  const differences: string[] = [];
  const queue = spans.filter((span) => span.cure === NO_CURE).values();
  let compared = 0;
  const worker = async () => {
    for (const { from } of queue) {
      const old = await directory.read(from);
      for (const variant of VARIANTS) {
        const answer = old[variant];
        if ("refusal" in answer) continue;
        const [layout, positions] = variant.split("-");
        const query = {
          datestr: from,
          layout: layout === "full" ? "full" : "short",
          actualPositions: positions === "actual",
        } as const;
        const { body } = await ask(client, (server) => server.getFplane.query(query));
        compared += 1;
        if (body !== answer.text) differences.push(`warning: night ${from}, ${variant}: not the old server's bytes`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return [...differences.sort(), `compared ${compared} files with the old server's, ${differences.length} differ`];
}
