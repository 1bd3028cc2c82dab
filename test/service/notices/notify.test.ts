import { beforeAll, describe, expect, test } from "bun:test";
import { renderFplane } from "../../../src/domain/files/fplane-file.ts";
import type { Notice } from "../../../src/domain/notices/notice.ts";
import { DAY, HOUR, SECOND } from "../../../src/domain/time/instant.ts";
import { correct } from "../../../src/service/correct.ts";
import { addHold } from "../../../src/service/holds.ts";
import { importFplane } from "../../../src/service/import-fplane.ts";
import { addTag } from "../../../src/service/tags.ts";
import { updateConfig } from "../../../src/service/update-config.ts";
import { describeOnEngines } from "../../support/engines.ts";
import type { ReportedUnit } from "../../support/hardware-status.ts";
import { addUsers, CURATOR, importOf, observatory, statusNow, UPDATER } from "../../support/observatory.ts";
import { PLANE_WITHOUT_013, STARTING, unitsOfToday } from "../../support/site.ts";
import { operatorsOf } from "../../support/told.ts";

const MINUTE = 60 * SECOND;

describeOnEngines("telling the operators", (engine) => {
  /** An observatory of which the operators have been told all that there was. */
  const open = async (options: Parameters<typeof operatorsOf>[1] = {}) => {
    const database = await engine.open();
    const deps = observatory(database.store);
    const text = renderFplane(PLANE_WITHOUT_013, "full");
    await importFplane(deps, CURATOR, importOf("first.txt", text, "20190301"));
    const operators = operatorsOf(deps, options);
    const update = async (units: readonly ReportedUnit[]) => {
      const config = statusNow(deps, units);
      const request = { config, commit: true, datestr: undefined, actualPositions: false, layout: "full" } as const;
      try {
        return await updateConfig(deps, UPDATER, request);
      } catch (error) {
        return error;
      }
    };
    const [first, ...others] = unitsOfToday();
    if (first === undefined) throw new Error("no units");
    return { database, deps, clock: deps.testClock, ...operators, update, first, others, today: [first, ...others] };
  };
  type Opened = Awaited<ReturnType<typeof open>>;
  const renewed = ({ first, others }: Opened, specid: string) => [{ ...first, specid }, ...others];

  describe("each event once", () => {
    let site: Opened;
    beforeAll(async () => {
      site = await open();
    }, STARTING);

    test("a first look tells what happened within a day", async () => {
      await site.tell();
      expect(site.mail.take()).toEqual(["import by cora: 97 seats changed, 15 positions changed"]);
    });

    test("a status that agrees is nothing to tell", async () => {
      await site.update(site.today);
      await site.tell();
      expect(site.mail.take()).toEqual([]);
    });

    test("a new spectrograph and the change, in one mail", async () => {
      site.clock.advance(HOUR);
      await site.update(renewed(site, "498"));
      await site.tell();
      const [notice] = site.mail.notices;
      expect(notice?.text).toMatch(/\n {2}\d{3} {2}SPECID \d{3} -> 498\n/);
      expect(site.mail.take()).toEqual(["new spectrograph 498, 1 seat changed"]);
      await site.tell();
      expect(site.mail.take()).toEqual([]);
    });

    test("a refused status, once however often it is sent again", async () => {
      const units = renewed(site, "498").map((unit, i) => (i < 2 ? { ...unit, ifuid: "035" } : unit));
      await site.update(units);
      await site.update(units);
      await site.tell();
      expect(site.mail.take()).toEqual(["hardware status refused: conflict"]);
    });

    test("a correction, but neither a hold, nor a tag, nor a user", async () => {
      const span = { from: "20200101", until: "20200201" };
      const ifuslot = site.others[0]?.ifuslot ?? "";
      const request = { corrections: [{ ...span, ifuslot, set: { specslot: "111" } }], reason: "seen", commit: true };
      await correct(site.deps, CURATOR, request);
      await addHold(site.deps, CURATOR, {
        from: "20200601",
        ifuslots: [site.first.ifuslot],
        reason: "on the bench",
        commit: true,
      });
      await addTag(site.deps, CURATOR, { name: "dr1", reason: "first release" });
      await addUsers(site.deps);
      await site.tell();
      const [notice] = site.mail.notices;
      expect(notice?.text).toContain('The act "correct" of cora, because: seen');
      expect(notice?.text).toContain("From 2020-01-01T18:00:00Z until 2020-02-01T18:00:00Z:");
      expect(site.mail.take()).toEqual(["correct by cora: 1 seat changed"]);
    });

    test("a hold that a status contradicts", async () => {
      site.clock.advance(HOUR);
      await site.update(renewed(site, "499"));
      await site.tell();
      expect(site.mail.take()).toEqual(["new spectrograph 499, 1 seat held against the status"]);
    });

    test("an import of several files is one event", async () => {
      const files = ["20170101", "20170201", "20170301"].map((from, i) => {
        const virus = PLANE_WITHOUT_013.virus.map((row) =>
          row.ifuslot === "014" ? { ...row, specslot: `11${i + 1}` } : row,
        );
        return { name: `${from}.txt`, text: renderFplane({ ...PLANE_WITHOUT_013, virus }, "full"), from };
      });
      await importFplane(site.deps, CURATOR, { ...importOf("", "", ""), files });
      await site.tell();
      expect(site.mail.take()).toEqual([expect.stringMatching(/^3 files imported by cora: 97 seats changed/)]);
    });

    test("the webhook is told the same, on its own", async () => {
      await site.tell("webhook");
      expect(site.webhook.take()).toHaveLength(6);
      await site.tell("webhook");
      expect(site.webhook.take()).toEqual([]);
    });
  });

  test("a first look does not tell the history", async () => {
    const site = await open({ alarmHours: 0 });
    site.clock.advance(2 * DAY);
    await site.tell();
    expect(site.mail.take()).toEqual([]);
    await site.update(renewed(site, "498"));
    await site.tell();
    expect(site.mail.take()).toEqual(["new spectrograph 498, 1 seat changed"]);
    await engine.discard(site.database);
  });

  describe("delivery", () => {
    let site: Opened;
    beforeAll(async () => {
      site = await open();
    }, STARTING);

    let spectrograph = 430;
    /** The operators of a server that starts now, who have been told everything; `change` is one event more. */
    const settled = async (options: Parameters<typeof operatorsOf>[1] = {}) => {
      const operators = operatorsOf(site.deps, { alarmHours: 0, ...options });
      for (const channel of ["mail", "webhook"] as const) {
        await site.deps.store.outbox.hurry(channel, site.clock.read());
        await operatorsOf(site.deps, { alarmHours: 0 }).tell(channel);
      }
      const change = async () => {
        spectrograph += 1;
        site.clock.advance(MINUTE); // no two statuses are of the same time
        await site.update(renewed(site, String(spectrograph)));
        return `new spectrograph ${spectrograph}, 1 seat changed`;
      };
      return { ...operators, change };
    };

    test("a quarantined status is told, by the gate's words", async () => {
      const { mail, tell } = await settled();
      const gated = { ...site.deps, gate: { changedShare: 1, lostUnits: 0 } };
      const config = statusNow(site.deps, site.others);
      const request = { config, commit: true, datestr: undefined, actualPositions: false, layout: "full" } as const;
      await updateConfig(gated, UPDATER, request).catch(() => {});
      await tell();
      expect(mail.notices[0]?.text).toContain("1 units are lost (more than 0)");
      expect(mail.take()).toEqual(["hardware status in quarantine"]);
    });

    test("a key that stands where it does not belong is not told", async () => {
      const { mail, tell } = await settled();
      const key = "0123456789abcdef".repeat(3);
      const corrections = [{ from: "20200101", ifuslot: site.first.ifuslot, set: { specslot: "111" } }];
      await correct(site.deps, CURATOR, { corrections, reason: `with ${key}`, commit: true });
      await tell();
      expect(JSON.stringify(mail.notices)).toContain("with [key]");
      expect(JSON.stringify(mail.notices)).not.toContain(key);
    });

    test("what was made while no server looked is told by the next, days later", async () => {
      const { mail, tell, change } = await settled();
      const subject = await change();
      site.clock.advance(9 * DAY);
      await tell();
      expect(mail.take()).toEqual([subject]);
    });

    test("what fails is kept and tried again after 1, 2, 4 minutes, and arrives once", async () => {
      const { mail, tell, change } = await settled();
      const subject = await change();
      mail.fault = "no route to host";
      expect(await tell()).toEqual({ sent: 0, error: "no route to host" });
      for (const [minutes, attempts] of [
        [0, 1],
        [1, 2],
        [1, 2],
        [1, 3],
        [3, 3],
        [1, 4],
      ] as const) {
        site.clock.advance(minutes * MINUTE);
        await tell();
        expect(mail.attempts).toBe(attempts);
      }
      mail.fault = null;
      site.clock.advance(8 * MINUTE);
      expect(await tell()).toEqual({ sent: 1, error: null });
      expect(mail.take()).toEqual([subject]);
      expect(await site.deps.store.outbox.waiting("mail")).toBe(0);
    });

    test("a mail server that was away for days gets everything, each once, as soon as it is back", async () => {
      const { mail, tell, change } = await settled();
      const subjects: string[] = [];
      mail.fault = "down";
      for (let day = 0; day < 3; day += 1) {
        site.clock.advance(DAY);
        subjects.push(await change());
        await tell();
      }
      expect(await site.deps.store.outbox.waiting("mail")).toBe(3);
      mail.fault = null;
      site.clock.advance(MINUTE); // the last one is due; the others would wait longer
      expect(await tell()).toEqual({ sent: 3, error: null });
      expect(mail.take().sort()).toEqual(subjects);
    });

    test("one that is refused for itself holds up the others for a minute at most", async () => {
      const { change } = await settled();
      const refused = await change();
      const sent: string[] = [];
      const deliver = async ({ subject }: Notice) => {
        if (subject.endsWith(refused)) throw new Error("message refused");
        sent.push(subject);
      };
      const { tell } = operatorsOf(site.deps, { alarmHours: 0, carriers: { mail: { deliver } } });
      await tell();
      const others = [await change(), await change()];
      await tell();
      site.clock.advance(MINUTE);
      await tell();
      expect(sent).toEqual(others.map((subject) => `[HETDEX] ${subject}`));
      expect(await site.deps.store.outbox.waiting("mail")).toBe(1);
    });

    test("what a server had claimed when it died is sent by another after two minutes", async () => {
      const { mail, tell, change } = await settled();
      const subject = await change();
      const died = Promise.withResolvers<void>();
      const dying = operatorsOf(site.deps, {
        carriers: {
          mail: {
            deliver: () => {
              died.resolve();
              return new Promise(() => {});
            },
          },
        },
      });
      void dying.tell();
      await died.promise;
      await tell();
      expect(mail.take()).toEqual([]);
      site.clock.advance(2 * MINUTE);
      await tell();
      expect(mail.take()).toEqual([subject]);
    });

    test("several servers that look at the same time tell each event once", async () => {
      const { change } = await settled();
      const subjects = [await change(), await change()];
      const servers = Array.from({ length: 4 }, () => operatorsOf(site.deps, { alarmHours: 0 }));
      await Promise.all(servers.map((server) => server.tell()));
      expect(servers.flatMap((server) => server.mail.take()).sort()).toEqual(subjects);
    });

    test("with a digest, one mail a day at its hour tells all, while the webhook is told at once", async () => {
      site.clock.set("2020-09-01T18:00:00Z");
      const { mail, webhook, tell, change } = await settled({ digestHour: 8 });
      const subjects = [await change()];
      await tell();
      site.clock.set("2020-09-01T20:00:00Z");
      subjects.push(await change());
      await tell();
      await tell("webhook");
      expect(webhook.take()).toEqual(subjects);
      site.clock.set("2020-09-02T12:59:00Z");
      await tell();
      expect(mail.take()).toEqual([]);
      site.clock.set("2020-09-02T13:00:00Z");
      await tell();
      const [digest] = mail.notices;
      for (const [i, subject] of subjects.entries()) expect(digest?.text).toContain(`${i + 1}. ${subject}\n`);
      expect(mail.take()).toEqual(["2 events"]);
    });

    test("an alarm does not wait for the digest", async () => {
      const { mail, tell } = await settled({ digestHour: 8, alarmHours: 26 });
      site.clock.advance(3 * HOUR); // 13:00 + 3 h local time is far from 8
      await tell();
      mail.take();
      await site.update(site.today);
      await tell();
      site.clock.advance(26 * HOUR);
      await tell();
      expect(mail.take()).toContain("no hardware status for 26 hours");
    });

    test("an alarm that is sent at last does not hurry the digest, whose hour has not come", async () => {
      site.clock.set("2020-09-08T18:00:00Z");
      const { mail, tell, change } = await settled({ digestHour: 8, alarmHours: 26 });
      await change();
      site.clock.advance(25 * HOUR); // 14:00 local time
      const corrections = [{ from: "20200101", ifuslot: site.first.ifuslot, set: { specslot: "112" } }];
      await correct(site.deps, CURATOR, { corrections, reason: "seen", commit: true });
      await tell();
      mail.take();
      site.clock.advance(HOUR);
      mail.fault = "down";
      await tell();
      mail.fault = null;
      site.clock.advance(MINUTE);
      await tell();
      expect(mail.take()).toEqual(["no hardware status for 26 hours"]);
      site.clock.set("2020-09-10T13:00:00Z");
      await tell();
      expect(mail.take()).toEqual(["2 events"]);
    });

    test("imports of two curators are two events, though one follows the other for the same reason", async () => {
      const { mail, tell } = await settled();
      const text = renderFplane(PLANE_WITHOUT_013, "full");
      await importFplane(site.deps, CURATOR, importOf("a.txt", text, "20160101"));
      await importFplane(site.deps, { username: "carl", role: "curator" }, importOf("b.txt", text, "20150101"));
      await tell();
      const told = mail.take().map((subject) => subject.split(":")[0]);
      expect(told).toEqual(["import by cora", "import by carl"]);
    });

    test("a digest that was due with an alarm that cannot be sent waits no longer than that", async () => {
      site.clock.set("2020-09-12T12:00:00Z");
      const { mail, tell, change } = await settled({ digestHour: 8, alarmHours: 26 });
      const subject = await change();
      await tell();
      site.clock.advance(26 * HOUR);
      mail.fault = "down";
      await tell();
      mail.fault = null;
      site.clock.advance(MINUTE);
      await tell();
      expect(mail.take()).toEqual(["no hardware status for 26 hours", subject]);
    });

    test("what is sent is forgotten after 30 days, what waits is not", async () => {
      const { mail, webhook, tell, change } = await settled();
      const subject = await change();
      webhook.fault = "down";
      await tell("webhook");
      site.clock.advance(31 * DAY);
      await tell();
      webhook.fault = null;
      await tell("webhook");
      expect(webhook.take()).toEqual([subject]);
      expect(mail.take()).toEqual([]); // a look so much later passes it over: it is no news any more
    });
  });

  describe("the dead man's alarm", () => {
    let site: Opened;
    beforeAll(async () => {
      site = await open();
      await site.update(site.today);
      await site.tell();
      site.mail.take();
    }, STARTING);

    test("does not go off a second before 26 hours", async () => {
      site.clock.advance(26 * HOUR - SECOND);
      await site.tell();
      expect(site.mail.take()).toEqual([]);
    });

    test("goes off at 26 hours", async () => {
      site.clock.advance(SECOND);
      await site.tell();
      expect(site.mail.take()).toEqual(["no hardware status for 26 hours"]);
    });

    test("goes off once, also on another server, and not anew when what was sent is forgotten", async () => {
      await site.tell();
      await operatorsOf(site.deps, { carriers: { mail: site.mail } }).tell();
      site.clock.advance(40 * DAY);
      await site.tell();
      await site.tell();
      expect(site.mail.take()).toEqual([]);
    });

    test("is not ended by a status that is refused", async () => {
      await site.update([
        { ...site.first, ifuid: "035" },
        { ...site.first, ifuid: "036" },
      ]);
      await site.tell();
      expect(site.mail.take()).toEqual(["hardware status refused: conflict"]);
    });

    test("is followed by the recovery, once, when a status is taken", async () => {
      await site.update(site.today);
      await site.tell();
      await site.tell();
      expect(site.mail.take()).toEqual(["hardware status is back"]);
    });

    test("goes off again at the next silence", async () => {
      site.clock.advance(27 * HOUR);
      await site.tell();
      expect(site.mail.take()).toEqual(["no hardware status for 27 hours"]);
    });

    test("never goes off when it is set to 0 hours", async () => {
      const quiet = operatorsOf(site.deps, { alarmHours: 0 });
      site.clock.advance(20 * DAY);
      await quiet.tell();
      expect(quiet.mail.take()).toEqual([]);
    });
  });
});
