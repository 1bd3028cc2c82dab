import { expect, test } from "bun:test";
import { trialNotice } from "../../../src/domain/notices/trial-notice.ts";
import { instantOf } from "../../../src/domain/time/instant.ts";

test("a trial says that it is one, and each has an id of its own", () => {
  const now = instantOf("2026-11-22T17:00:00Z");
  const { id, subject, text, json } = trialNotice("HETDEX", now);
  expect(subject).toBe("[HETDEX] test");
  expect(text).toContain("Nothing has happened");
  expect(json).toMatchObject({ id, events: ["test"], now: "2026-11-22T17:00:00Z" });
  expect(trialNotice("HETDEX", instantOf("2026-11-22T17:00:01Z")).id).not.toBe(id);
});
