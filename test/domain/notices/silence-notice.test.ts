import { describe, expect, test } from "bun:test";
import type { Notice } from "../../../src/domain/notices/notice.ts";
import { heardAt, recoveryNotice, silenceNotice } from "../../../src/domain/notices/silence-notice.ts";
import { instantOf } from "../../../src/domain/time/instant.ts";
import { expectGolden } from "../../support/golden.ts";

const LAST = {
  rev: 12,
  dataTime: instantOf("2020-07-01T22:30:00Z"),
  recordedAt: instantOf("2020-07-01T22:31:07.25Z"),
};

function expectNotice(name: string, { subject, text, json }: Notice): void {
  expectGolden(`notices/${name}.txt`, `Subject: ${subject}\n\n${text}`);
  expectGolden(`notices/${name}.json`, `${JSON.stringify(json, null, 2)}\n`);
}

describe("the dead man's alarm", () => {
  test("says when the last status was taken and where to look", () => {
    expectNotice("silence", silenceNotice("HETDEX", LAST, heardAt(LAST), instantOf("2020-07-03T00:30:00Z")));
  });

  test("says so where no status was ever taken", () => {
    const began = instantOf("2020-06-30T18:00:00Z");
    expectNotice("silence-from-the-start", silenceNotice("HETDEX", null, began, instantOf("2020-07-01T20:00:00Z")));
  });

  test("is followed by the recovery", () => {
    const back = { ...LAST, rev: 13, dataTime: instantOf("2020-07-03T22:30:00Z") };
    const recorded = { ...back, recordedAt: instantOf("2020-07-03T22:31:00Z") };
    expectNotice("recovery", recoveryNotice("HETDEX", recorded, heardAt(LAST)));
  });

  test("counts a status that waited in a queue from its data, one from the future from its arrival", () => {
    expect(heardAt(LAST)).toBe(LAST.dataTime);
    expect(heardAt({ ...LAST, dataTime: instantOf("2020-07-02T12:00:00Z") })).toBe(LAST.recordedAt);
  });
});
