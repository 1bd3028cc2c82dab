import { beforeEach, describe, expect, test } from "bun:test";
import { readdir, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { entryName, entryText, type QueuedStatus, queuedStatus, readEntry } from "../../bin/update/queue-entry.ts";
import { lockQueue } from "../../bin/update/queue-lock.ts";
import { keepStatus, readWaiting, removeTorn, waitingIn } from "../../bin/update/update-queue.ts";
import { HOUR, instantOf, later } from "../../src/domain/time/instant.ts";
import { temporaryDirectory } from "../support/live-server.ts";

const TAKEN = instantOf("2020-07-01T22:30:00.123456Z");
const STATUS = { takenAt: TAKEN, datestr: undefined, force: false, server: "http://localhost:5000", config: { a: 1 } };
const statusOf = (changes: Partial<QueuedStatus>) => queuedStatus({ ...STATUS, ...changes });

let directory: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
});

describe("a status in the queue", () => {
  test("is read as it was written", () => {
    for (const status of [statusOf({}), statusOf({ datestr: "20200701", force: true, config: { ü: [null, "\n"] } })]) {
      expect(readEntry(entryText(status))).toEqual(status);
    }
  });

  test("has an id by what it says, not by when it was taken", () => {
    const others = [{ datestr: "20200701" }, { force: true }, { server: "http://other:1" }, { config: { a: 2 } }];
    const ids = [statusOf({}), ...others.map((other) => statusOf(other))].map(({ id }) => id);
    expect(new Set(ids).size).toBe(5);
    expect(statusOf({ takenAt: later(TAKEN, HOUR) }).id).toBe(statusOf({}).id);
  });

  test("has a name that sorts by when it was taken, also at whole seconds, and leaves its directory never", () => {
    const times = [
      "2020-07-01T22:30:00Z",
      "2020-07-01T22:30:00.000001Z",
      "2020-07-01T22:30:00.5Z",
      "2020-07-01T22:30:01Z",
    ];
    const names = times.map((time) => entryName(statusOf({ takenAt: instantOf(time) })));
    expect(names.toSorted()).toEqual(names);
    expect(entryName({ ...statusOf({}), id: "../../etc/passwd" })).not.toContain("/");
  });
});

describe("keepStatus", () => {
  test("refuses what is more than the queue may hold, in files or in bytes, and keeps what it holds", async () => {
    const [first, second] = [statusOf({}), statusOf({ takenAt: later(TAKEN, HOUR), config: { a: "x".repeat(1000) } })];
    const name = await keepStatus(directory, first, { files: 1, bytes: 1000 });
    const full = { code: "unavailable", message: expect.stringContaining("is full") };
    await expect(keepStatus(directory, second, { files: 1, bytes: 1_000_000 })).rejects.toMatchObject(full);
    await expect(keepStatus(directory, second, { files: 10, bytes: 1000 })).rejects.toMatchObject(full);
    expect(waitingIn(directory)).toEqual([name]);
    expect(readWaiting(directory, name)).toEqual(first);
    expect(await keepStatus(directory, first, { files: 1, bytes: 1000 })).toBe(name); // it waits already
    await keepStatus(directory, second, { files: 2, bytes: 2000 });
    expect(waitingIn(directory)).toHaveLength(2);
  });

  test("leaves nothing of a run that was killed while it wrote, once that is certain", async () => {
    const name = await keepStatus(directory, statusOf({}));
    await Bun.write(join(directory, ".fplane-new.tmp"), "{");
    await Bun.write(join(directory, ".fplane-old.tmp"), "{");
    const long = new Date(Date.now() - 2 * 3_600_000);
    await utimes(join(directory, ".fplane-old.tmp"), long, long);
    expect(waitingIn(directory)).toEqual([name]);
    await removeTorn(directory);
    expect((await readdir(directory)).toSorted()).toEqual([".fplane-new.tmp", name]);
  });

  test("and the lock of its directory are for its owner only", async () => {
    const name = await keepStatus(directory, statusOf({}));
    (await lockQueue(directory, 0, new AbortController().signal))();
    for (const file of [name, "lock", "lock.holder"]) {
      expect([file, (await stat(join(directory, file))).mode & 0o777]).toEqual([file, 0o600]);
    }
  });
});
