import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type PicturedSeat, planePicture } from "../../bin/output/plane-picture.ts";
import { AUXILIARY_SEATS, VIRUS_SEATS } from "../../src/domain/plane/seat.ts";
import { runHere } from "../support/fake-terminal.ts";
import { type ServedObservatory, serveObservatory } from "../support/served-observatory.ts";
import { STARTING } from "../support/site.ts";

const SEATS: readonly PicturedSeat[] = [...VIRUS_SEATS, ...AUXILIARY_SEATS].map((ifuslot) => ({
  ifuslot,
  specid: `9${ifuslot.slice(1)}`,
  ifuid: ifuslot,
  measured: true,
  held: false,
  changed: false,
}));

function withSeat(ifuslot: string, other: Partial<PicturedSeat>): PicturedSeat[] {
  return SEATS.map((seat) => (seat.ifuslot === ifuslot ? { ...seat, ...other } : seat));
}

const PLAIN = { columns: null, coloured: false };

describe("the picture of a focal plane", () => {
  test("has every seat where it lies: column by X, row by Y", () => {
    const lines = planePicture(SEATS, PLAIN).split("\n");
    const at = (ifuslot: string) => lines[2 + 2 * Number(ifuslot[2])]?.slice(4 + 7 * (Number(ifuslot.slice(0, 2)) - 1));
    for (const ifuslot of VIRUS_SEATS) expect(at(ifuslot)).toStartWith(ifuslot);
    for (const ifuslot of AUXILIARY_SEATS.slice(2)) expect(lines.join("\n")).toContain(`${ifuslot} 9`);
    expect(lines.filter((line) => /LRS2-\s+LRS2-/.test(line))).toHaveLength(1);
  });

  test.each([
    ["an empty seat", { specid: null, ifuid: null }, " ---  ", "---    empty"],
    ["an empty seat that has an IFU", { specid: null }, " 035 ", "---    empty"],
    ["a held seat", { held: true }, "[935]", "[123]  held"],
    ["an unmeasured seat", { measured: false }, " 035~", "123~   not measured"],
    ["a changed seat", { changed: true }, "*035 ", "*123   changed"],
  ] as const)("%s is told without colour, and in the legend", (_name, other, mark, legend) => {
    const drawn = planePicture(withSeat("035", other), PLAIN);
    const usual = planePicture(SEATS, PLAIN);
    expect(drawn).toContain(mark);
    expect(drawn).toContain(legend);
    expect(usual).not.toContain(legend);
    expect(drawn).not.toContain("\u001B");
  });

  test("colour adds nothing but colour", () => {
    const seats = withSeat("035", { changed: true }).map((seat, i) => ({ ...seat, held: i % 5 === 0 }));
    const coloured = planePicture(seats, { columns: null, coloured: true });
    expect(coloured).toContain("\u001B[");
    expect(Bun.stripANSI(coloured).replaceAll(/ +$/gm, "")).toBe(planePicture(seats, PLAIN));
  });

  test.each([120, 72, 71, 50, 20])("fits %i columns, and still has every seat", (columns) => {
    const picture = planePicture(SEATS, { columns, coloured: false });
    const [grid = ""] = picture.split("SPECID above");
    expect(grid.split("\n").filter((line) => line.length > columns)).toEqual([]);
    for (const ifuslot of VIRUS_SEATS) expect(grid).toMatch(new RegExp(` ${ifuslot}\\s`));
  });
});

describe("show", () => {
  let site: ServedObservatory;
  beforeAll(async () => {
    site = await serveObservatory();
  }, STARTING);
  afterAll(() => site.stop());
  const show = (...args: string[]) => runHere(["show", ...args], { env: { FPLANE_SERVER: site.url } });

  test("draws a date, with the span in which it holds on stderr", async () => {
    const { code, stdout, stderr } = await show("20180715");
    expect(code).toBe(0);
    expect(stderr).toBe(
      "2018-07-16T05:00:00Z: valid from 2018-01-01T18:00:00Z until 2019-03-01T18:00:00Z, revision 2\n",
    );
    expect(stdout).toContain("active VIRUS units");
    expect(stdout).not.toContain("changed");
  });

  test("--diff marks and lists what changed", async () => {
    const { stdout } = await show("--diff", "20180715", "20190715");
    expect(stdout).toMatch(/\n3 {3}--- /);
    expect(stdout).toContain("*123   changed");
    expect(stdout).toContain("removed  spectrograph");
    expect((await show("--diff", "20180715", "20180716")).stdout).toContain("no difference");
    expect((await show("--diff", "20180715")).stdout).toContain("removed  spectrograph");
  });

  test("--json has the seats and what differs", async () => {
    const report = JSON.parse((await show("--diff", "20180715", "--json")).stdout);
    expect(report.seats).toHaveLength(97);
    expect(report.seats[0]).toMatchObject({ ifuslot: "013", specid: null, changed: true, held: false });
    expect(report.diff.changes).toHaveLength(1);
  });

  test("as of an older revision it is what was known then", async () => {
    expect((await show("20190715", "--as-of", "1")).stdout).not.toContain("\n3   ---");
    expect((await show("20160101")).code).toBe(3);
  });
});
