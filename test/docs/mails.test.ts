import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { NoticeEvent } from "../../src/domain/notices/notice.ts";
import { documentText, expectSection, PROJECT } from "../support/documents.ts";

const GOLDEN = join(PROJECT, "test", "data", "golden", "notices");

const SHOWN = [
  "status-with-everything",
  "correction",
  "refused-stale",
  "refused-conflict",
  "quarantine",
  "silence",
  "recovery",
  "digest",
];

test("docs/operations.md shows the mails as the program writes them", () => {
  const mails = SHOWN.map((name) => `\`\`\`text\n${readFileSync(join(GOLDEN, `${name}.txt`), "utf8")}\`\`\``);
  expectSection("docs/operations.md", "mails", mails.join("\n\n"));
});

test("docs/operations.md names every event that the mails of the tests have", () => {
  const notices = readdirSync(GOLDEN).filter((name) => name.endsWith(".json"));
  const events = notices.flatMap((name) => {
    const json = JSON.parse(readFileSync(join(GOLDEN, name), "utf8")) as { readonly events: readonly NoticeEvent[] };
    return json.events;
  });
  expect(new Set(events).size).toBeGreaterThan(6);
  for (const event of new Set(events)) expect(documentText("docs/operations.md")).toContain(`\`${event}\``);
});
