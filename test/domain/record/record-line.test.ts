import { describe, expect, test } from "bun:test";
import { sha256 } from "../../../src/domain/digest.ts";
import { type RecordedRevision, readRecordLine, recordLine } from "../../../src/domain/record/record-line.ts";
import { secretsDigest, type UserSecrets } from "../../../src/domain/record/user-secrets.ts";
import { instantOf } from "../../../src/domain/time/instant.ts";

const ADA: UserSecrets = {
  ...{
    firstName: "Ada",
    lastName: "L",
    email: "ada@example.org",
    keySha256: "1".repeat(64),
    keySealed: "x",
    salt: "s",
  },
  ...{ keyExpiresAt: null, previousKeySha256: null, previousKeyUntil: null },
};
const GUEST: UserSecrets = {
  ...ADA,
  firstName: "Guest",
  keyExpiresAt: instantOf("2027-01-01T18:00:00Z"),
  previousKeySha256: "2".repeat(64),
  previousKeyUntil: instantOf("2026-12-01T00:00:00.25Z"),
};

const TEXTS = {
  ...{ recordedAt: "2026-11-22T13:00:00Z", kind: "tag", actor: "ada", reason: "", body: "{}" },
  ...{ bodySha256: "b", prevHash: "p", hash: "h" },
};

function revision(userSecrets: readonly UserSecrets[]): RecordedRevision {
  const hashes = { bodySha256: "b", prevHash: "p", hash: "h" };
  const head = {
    rev: 7,
    recordedAt: instantOf("2026-11-22T13:00:00Z"),
    kind: "user",
    actor: "ada",
    reason: "",
  } as const;
  return { ...head, ...hashes, body: "{}", userSecrets };
}

describe("a line of the record", () => {
  test.each([[[]], [[ADA]], [[GUEST]], [[ADA, GUEST]]])(
    "gives the revision back, with the secrets of users %#",
    (secrets) => {
      expect(readRecordLine(recordLine(revision(secrets)), 1)).toEqual(revision(secrets));
    },
  );

  const ALTERED = "line 12 is damaged: its checksum is not that of its content";
  const UNENDED = "line 12 is damaged: it does not end in a checksum, so it is cut off, or no line of an export";
  test.each([
    ["altered", (line: string) => line.replace("ada@example.org", "eve@example.org"), ALTERED],
    [
      "altered in its checksum",
      (line: string) => line.replace(/[0-9a-f]"\}$/, (end) => (end[0] === "0" ? '1"}' : '0"}')),
      ALTERED,
    ],
    ["torn", (line: string) => line.slice(0, -40), UNENDED],
    ["without its checksum", (line: string) => line.replace(/,"checksum".*$/, "}"), UNENDED],
    ["continued", (line: string) => `${line} `, UNENDED],
    ["of another file", () => "# $Id$", UNENDED],
  ])("%s is refused by its number", (_how, damage, message) => {
    const line = recordLine(revision([ADA]));
    const damaged = damage(line);
    expect(damaged).not.toBe(line);
    expect(() => readRecordLine(damaged, 12)).toThrow(message);
  });

  test.each([
    ['{"rev":1,}', ""],
    ['{"rev":"1"}', "rev is no number"],
    ['{"rev":1.5}', "rev is no number"],
    [JSON.stringify({ ...TEXTS, rev: 1, body: undefined }), "body is no text"],
    [JSON.stringify({ ...TEXTS, rev: 1, reason: 5 }), "reason is no text"],
    [JSON.stringify({ ...TEXTS, rev: 1, recordedAt: "yesterday" }), ""],
    [JSON.stringify({ ...TEXTS, rev: 1, userSecrets: [null] }), ""],
  ])("that somebody else wrote, %s, with a checksum, is refused by its number", (content, why) => {
    const line = `${content.slice(0, -1)},"checksum":"${sha256(content)}"}`;
    expect(() => readRecordLine(line, 12)).toThrow(
      `line 12: its checksum is right, but it is no line of a record: ${why}`,
    );
  });

  test("of a key that never expires is as it was before keys could expire", () => {
    const { firstName, lastName, email, keySha256, keySealed, salt } = ADA;
    const old = JSON.stringify({ firstName, lastName, email, keySha256, keySealed, salt });
    const line = recordLine(revision([ADA]));
    expect(line).toContain(`"userSecrets":${old},"checksum"`);
    expect(secretsDigest(ADA)).toBe(sha256(JSON.stringify([salt, firstName, lastName, email, keySha256, keySealed])));
  });

  test("vouches for each secret by its digest", () => {
    const changes: Partial<UserSecrets>[] = [
      ...(["firstName", "lastName", "email", "keySha256", "keySealed", "salt", "previousKeySha256"] as const).map(
        (name) => ({ [name]: "other" }),
      ),
      { keyExpiresAt: null },
      { previousKeyUntil: instantOf("2030-01-01T00:00:00Z") },
      { keyExpiresAt: null, previousKeySha256: null, previousKeyUntil: null },
    ];
    const digests = changes.map((change) => secretsDigest({ ...GUEST, ...change }));
    expect(new Set([secretsDigest(GUEST), ...digests]).size).toBe(changes.length + 1);
  });
});
