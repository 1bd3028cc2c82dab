import { FplaneError } from "../../src/domain/errors.ts";

/** The flag that names the seats of a curator's act. */
export const SEATS_ARG = {
  slot: { type: "string", valueHint: "SEAT,...", description: "the seats; else every VIRUS seat" },
} as const;

/**
 * The seats of a list such as `013,24`: three digits each. Whether there are such seats the server says.
 *
 * @throws FplaneError `bad-parameter` for a list with nothing between two commas
 */
export function seatList(list: string | undefined): string[] {
  const seats = list === undefined ? [] : list.split(",").map((seat) => seat.trim());
  if (!seats.includes("")) return seats.map((seat) => seat.padStart(3, "0"));
  throw new FplaneError("bad-parameter", `${JSON.stringify(list)} is no list of seats: write it as in 013,024`);
}
