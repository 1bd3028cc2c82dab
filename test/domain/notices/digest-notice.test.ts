import { expect, test } from "bun:test";
import { digestNotice } from "../../../src/domain/notices/digest-notice.ts";
import { notice } from "../../../src/domain/notices/notice.ts";
import { silenceNotice } from "../../../src/domain/notices/silence-notice.ts";
import { instantOf } from "../../../src/domain/time/instant.ts";
import { expectGolden } from "../../support/golden.ts";

const SILENCE = silenceNotice("HETDEX", null, instantOf("2020-06-30T18:00:00Z"), instantOf("2020-07-01T20:00:00Z"));
const CHANGE = notice("HETDEX", "revision-12-01234567", "2 seats changed", ["What changed.", "Who did it."], {
  events: ["changed", "new-ifu"],
});

test("a digest has every notice whole, in order, and the events of all", () => {
  const { subject, text, json } = digestNotice("HETDEX", [CHANGE, SILENCE]);
  expectGolden("notices/digest.txt", `Subject: ${subject}\n\n${text}`);
  expect(json.events).toEqual(["changed", "new-ifu", "silence"]);
  expect(json["notices"]).toEqual([CHANGE.json, SILENCE.json]);
});

test("the same notices make the same digest, others another", () => {
  const id = (...notices: Parameters<typeof digestNotice>[1]) => digestNotice("HETDEX", notices).id;
  expect(id(CHANGE, SILENCE)).toBe(id(CHANGE, SILENCE));
  expect(id(CHANGE, SILENCE)).not.toBe(id(CHANGE));
});
