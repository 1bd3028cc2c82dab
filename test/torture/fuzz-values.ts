import fc from "fast-check";
import { VIRUS_SEATS } from "../../src/domain/plane/seat.ts";

/** Stand for the moment at which a request is sent, so that the same seed makes the same requests at any time. */
export const NOW_SECONDS = "1234567890.987654321";
export const NOW_TEXT = "now--as--text";

/** A key as they are made, and nobody's. */
export const NOBODYS_KEY = "0123456789abcdef0123456789abcdef0123456789abcdef";

/** What has broken programs of this and other kinds: SQL, paths, templates, names of prototypes, marks of Unicode. */
const HOSTILE_TEXTS = [
  ...[
    "",
    " ",
    "\0",
    "a\0b",
    "\t",
    "\n",
    "\r\nX-Injected: 1",
    "%0d%0aX-Injected:%201",
    "%00",
    "%",
    "%zz",
    "%c0%ae",
    "%ff",
  ],
  ...[
    "t@example.org\r\nBcc: x@example.org",
    "' OR '1'='1",
    "'; DROP TABLE students; --",
    "1; SELECT pg_sleep(60)",
    '"; DELETE FROM students WHERE "1"="1',
  ],
  ...["../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "/etc/passwd", "file:///etc/passwd", "....//....//x"],
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "__defineGetter__", "then", "length"],
  ...["null", "undefined", "NaN", "Infinity", "-Infinity", "true", "[object Object]", "-0", "0x10", "1e3", "1e309"],
  ...[
    "\ud800",
    "\udfff\ud800",
    "x\udc00",
    "\ufffe",
    "\ufeff013",
    "\u202e310",
    "\u2028",
    "\u0130",
    "ǅ",
    "𝕏",
    "👩‍👩‍👧‍👦",
  ],
  ...["٠١٣", "०१३", "０１３", "¹²³", "e\u0301".repeat(300), "\u0000\u0001\u001b[31m", "\u007f\u0085"],
  ...["#{7*7}", "{{7*7}}", "<script>alert(1)</script>", "$(reboot)", "`reboot`", "|reboot", "%s%s%s%n", "\\", '"', "'"],
  ...[
    "9".repeat(400),
    "-9223372036854775809",
    "9223372036854775808",
    "2147483648",
    "9007199254740993",
    "-1",
    "0",
    "1.5",
  ],
  ...["A".repeat(300), "A".repeat(9000), `${"a".repeat(30)}!`, "a,".repeat(500), " ".repeat(3000), NOBODYS_KEY],
];

const DATES = [
  ...["", "latest", "open", NOW_TEXT, "20180715", "2018-07-15", "20180715.0", "20180715T120000.5", "2018-07-15T12:00"],
  ...[
    "2018-07-15T12:00:00Z",
    "2018-07-15T12:00:00.123456-05:00",
    "20180611v017",
    "MJD58314.2",
    "JD2458314.7",
    "20190401",
  ],
];
const ODD_DATES = [
  ...["current", "never", "now", "20180230", "20181301", "00000000", "99999999", "20180715T240000", "20180715T235960"],
  ...["0000-01-01", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "+275760-09-13T00:00:00Z", "-271821-04-20"],
  ...["MJD1e308", "MJD-999999999", "MJD999999999999", "MJDNaN", "JD0", "JD-1", "JD1e-400", "MJD", "20180611v", "v017"],
  ...[
    "2018-07-15T12:00:00.0000000000000001Z",
    "20180311T080000",
    "20181104T070000",
    "1e8",
    "20180715 ",
    "２０１８０７１５",
  ],
  ...["2018-07-15T12:00:00+99:99", "MJD88069", "20991231", "18581117", "MJD-678575", "JD5373484.4"],
];

const IDS = ["001", "013", "13", "399", "000", "0", "-1", "9999", "S/N 0059", "", "N/A", "1.0", "1e2", "-999999"];
const NAMES = ["fuzzed1", "fuzzed2", "fuzzed3", "nobody", "a", "dr1", "dr2", "latest", "20180715", "v.1_2-3"];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 40 }) },
);

const someDay = fc.integer({ min: 17_200, max: 20_700 }).map((day) => new Date(day * 86_400_000).toISOString());
const date: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...DATES) },
  { weight: 6, arbitrary: someDay.map((text) => text.slice(0, 10).replaceAll("-", "")) },
  { weight: 2, arbitrary: fc.constantFrom(...ODD_DATES) },
  { weight: 1, arbitrary: fc.date({ noInvalidDate: true }).map((day) => day.toISOString()) },
  { weight: 1, arbitrary: fc.stringMatching(/^[0-9TZvMJD:.+-]{1,24}$/) },
);
const seat = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...VIRUS_SEATS) },
  { weight: 1, arbitrary: fc.constantFrom("056", "066", "555", "600", "13", "054", "999") },
);
const id = fc.oneof(
  fc.constantFrom(...IDS),
  fc.nat({ max: 520 }).map((n) => String(n).padStart(3, "0")),
);
const revision = fc.oneof(fc.nat({ max: 40 }).map(String), fc.constantFrom(...NAMES, ...DATES, "99999999999999999999"));
const name = fc.constantFrom(...NAMES);
const flag = fc.constantFrom("0", "1", "true", "FALSE", "yes", "no", "2", "");
const digest = fc.constantFrom("0".repeat(64), "f".repeat(64), "0".repeat(63), "0".repeat(128), "g".repeat(64));

const row = fc
  .record({ seat, x: fc.integer({ min: -500_000, max: 500_000 }), ids: fc.array(id, { minLength: 3, maxLength: 3 }) })
  .map(({ seat: slot, x, ids }) => [slot, x / 1000, 450, ...ids, "0.000", "1.000"].join("\t"));
const fileText = fc.array(fc.oneof({ weight: 9, arbitrary: row }, { weight: 1, arbitrary: hostileText }), {
  maxLength: 12,
});
const file = fc.oneof(
  fileText.map((rows) => `# $Id$\n# $Revision$\n# $Author$\n# $Date$\n# IFUSLOT X_FP   Y_FP\n${rows.join("\n")}\n`),
  fc
    .array(
      fc.tuple(seat, id, id).map((fields) => fields.join(" ")),
      { maxLength: 5 },
    )
    .map((rows) => rows.join("\n")),
);

/** What a text of this name is likely to be; of a name that nobody foresaw, any of all that. */
const BY_NAME: readonly (readonly [RegExp, fc.Arbitrary<string>])[] = [
  [/^(text|frames)$/, file],
  [/seat|slots?$|^drop$/i, seat],
  [/^(kind)$/, fc.constantFrom("ifuslot", "specid", "ifuid", "contid")],
  [/^(specid|ifuid|specslot|contid|id)$/, id],
  [/as_?of|rev|before|limit|base|hold|upload/i, revision],
  [/user|^name$/i, name],
  [/sha/i, digest],
  [/actual|full|all_|strict|commit|force|distinct/i, flag],
  [/format/, fc.constantFrom("txt", "json", "csv", "ecsv", "ds9", "zip", "ndjson", "fits")],
  [/^(ra|dec|pa)$/, fc.constantFrom("0", "-5.5", "+51.05", "359.9999", "90", "1e-9", "361", "10:00:00", "nan")],
  [/night/, fc.constantFrom("local", "ut", "LOCAL")],
  [/grace/, fc.constantFrom("0", "24h", "30m", "7d", "31d", "-1h", "1e9h", "h")],
  [/taken/i, fc.constant(NOW_TEXT)],
  [/mail/, fc.constant("t@example.org")],
  [/reason|first|last/i, fc.constantFrom("test", "because", "Ärger 'n' \"quotes\"")],
];

export function textNamed(wanted: string): fc.Arbitrary<string> {
  const known = BY_NAME.find(([pattern]) => pattern.test(wanted))?.[1];
  const anything = fc.oneof(date, seat, id, revision, name, flag);
  return fc.oneof(
    { weight: 25, arbitrary: known ?? date },
    { weight: 1, arbitrary: anything },
    { weight: 2, arbitrary: hostileText },
  );
}
