import { describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logOnto } from "../../../src/server/log/log.ts";
import { loadSettings } from "../../../src/server/settings/settings-file.ts";
import { withoutKeys } from "../../../src/service/users/keys.ts";

const KEY = "0123456789abcdef0123456789abcdef0123456789abcdef";
const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

function collected(level: (typeof LEVELS)[number] = "trace") {
  const lines: string[] = [];
  return { lines, log: logOnto({ write: (line) => void lines.push(line) }, level) };
}

describe("the log", () => {
  test.each([
    ["trace", "trace"],
    ["logging.NOTSET", "trace"],
    ["logging.DEBUG", "debug"],
    ["DEBUG", "debug"],
    ["10", "debug"],
    ["info", "info"],
    ["LOGGING.INFO", "info"],
    ["20", "info"],
    ["logging.WARNING", "warn"],
    ["warn", "warn"],
    ["ERROR", "error"],
    ["logging.CRITICAL", "fatal"],
    ["50", "fatal"],
  ] as const)("LOG_LOWER_LEVEL=%s logs from %s on", (setting, least) => {
    const { lines, log } = collected(loadSettings(null, { LOG_LOWER_LEVEL: setting }).LOG_LOWER_LEVEL);
    for (const level of LEVELS) log[level](level);
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(LEVELS.slice(LEVELS.indexOf(least)));
  });

  test("by default it logs from debug on", () => {
    expect(loadSettings(null, {}).LOG_LOWER_LEVEL).toBe("debug");
  });

  test("it is written to LOG_DIR, which is made, for nobody else to read, line by line as JSON", () => {
    const directory = join(mkdtempSync(join(tmpdir(), "fplane-log-")), "a", "b");
    const program = `
      import { openLog } from ${JSON.stringify(join(import.meta.dir, "../../../src/server/log/log.ts"))};
      const settings = { LOG_LOWER_LEVEL: "info", LOG_MAX_BYTES: 0, LOG_KEEP: 0 };
      const { log } = openLog({ LOG_DIR: ${JSON.stringify(directory)}, ...settings });
      log.info({ user: "cron" }, "taken\\nwith a line break");
      log.debug("not this");
    `;
    const first = Bun.spawnSync([process.execPath, "-e", program]);
    const file = readFileSync(join(directory, "fplane.log"), "utf8");
    expect(file).toEndWith("}\n");
    expect(JSON.parse(file)).toEqual({
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      user: "cron",
      msg: "taken\nwith a line break",
    });
    expect(first.stderr.toString()).toBe(file);
    expect(first.stdout.toString()).toBe("");
    expect(statSync(join(directory, "fplane.log")).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);

    const second = Bun.spawnSync([process.execPath, "-e", program]);
    expect(readFileSync(join(directory, "fplane.log"), "utf8")).toBe(file + second.stderr.toString());
  });

  test.each([
    ["in the message", [`the key ${KEY} is wrong`]],
    ["in capitals", [KEY.toUpperCase()]],
    ["in a field", [{ path: `/fplane/APIKEY=${KEY}` }]],
    ["deep in a field", [{ request: { body: { config: [{ apikey: KEY }] } } }]],
    ["as a field's name", [{ [KEY]: true }]],
    ["in an error", [{ err: new Error(`cannot look up ${KEY}`, { cause: new Error(KEY) }) }]],
    ["under a name for secrets", [{ authorization: "secret", user: { key: "secret", password: "secret" } }]],
  ] as const)("a key %s is not in it", (_where, [first]) => {
    const { lines, log } = collected();
    if (typeof first === "string") log.info(first);
    else log.info(first, "done");
    expect(lines).toHaveLength(1);
    expect(lines.join("").toLowerCase()).not.toContain(KEY);
    expect(lines.join("")).not.toContain('"secret"');
    expect(() => JSON.parse(lines.join(""))).not.toThrow();
  });

  test("digests are no keys and stay", () => {
    const kept = [KEY.slice(1), `${KEY}0`, "a".repeat(64), "0b1d".repeat(10), crypto.randomUUID(), "x".repeat(48)];
    for (const text of kept) expect(withoutKeys(text)).toBe(text);
    expect(withoutKeys(`${KEY} and "${KEY}"`)).toBe('[key] and "[key]"');
  });
});
