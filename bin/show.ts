import { ask, type Client, connectTo, SERVER_ARGS } from "./client/client.ts";
import { command } from "./command-line/command.ts";
import { AS_OF_ARG, DATESTR_ARG, nightOf, UT_ARG } from "./command-line/reading-args.ts";
import { planeDiffText } from "./output/change-text.ts";
import { type PicturedSeat, planePicture } from "./output/plane-picture.ts";
import { JSON_ARG, printReport } from "./output/print-report.ts";
import { spanText } from "./output/span-text.ts";

export const show = command({
  name: "show",
  description: "draw the focal plane of a date in the terminal",
  examples: [
    "show",
    "show 20180715",
    "show --diff 20190327 20190328",
    "show --diff 20180715",
    "show 20200530 --as-of 12",
  ],
  args: {
    ...DATESTR_ARG,
    diff: {
      type: "string",
      valueHint: "DATESTR",
      description: "mark what differs from this earlier date, and list it",
    },
    ...AS_OF_ARG,
    ...UT_ARG,
    ...JSON_ARG,
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const { datestr = "", diff: since } = args;
    const asOf = args["as-of"];
    const night = nightOf(args);
    const client = await connectTo(args, terminal);
    const [plane, held, diff] = await ask(client, async (server) => [
      await server.getFplane.query({ datestr, asOf, night, actualPositions: true, format: "json", layout: "full" }),
      await server.holds.list.query(),
      since === undefined
        ? null
        : await server.diff.query({ a: since, b: datestr, asOfA: asOf, asOfB: asOf, night, actualPositions: true }),
    ]);
    const seats = picturedSeats(plane, held, diff);
    const { body: _body, filename: _filename, pinned: _pinned, rows: _rows, ...answer } = plane;
    terminal.err(`${plane.instant}: valid ${spanText(plane.validFrom, plane.validUntil)}, revision ${plane.revision}`);
    await printReport({ ...answer, seats, diff }, args.json, terminal, (_report, columns) => {
      const picture = planePicture(seats, { columns, coloured: terminal.coloured });
      return diff === null ? picture : `${picture}\n${planeDiffText(diff)}`;
    });
    return undefined;
  },
});

type Plane = Awaited<ReturnType<Client["getFplane"]["query"]>>;
type Holds = Awaited<ReturnType<Client["holds"]["list"]["query"]>>;
type Diff = Awaited<ReturnType<Client["diff"]["query"]>>;

function picturedSeats({ rows, instant }: Plane, holds: Holds, diff: Diff | null): PicturedSeat[] {
  const at = Temporal.Instant.from(instant);
  const holding = holds.filter(
    ({ from, until }) =>
      Temporal.Instant.compare(from ?? instant, at) <= 0 && (until === null || Temporal.Instant.compare(until, at) > 0),
  );
  const held = new Set(holding.flatMap(({ ifuslots }) => ifuslots));
  const changed = new Set([
    ...(diff?.changes ?? []).map(({ ifuslot }) => ifuslot),
    ...(diff?.repositioned ?? []).map(({ ifuslot }) => ifuslot),
  ]);
  return rows.map(({ ifuslot, specid, ifuid, measured }) => ({
    ifuslot,
    specid,
    ifuid,
    measured,
    held: held.has(ifuslot),
    changed: changed.has(ifuslot),
  }));
}
