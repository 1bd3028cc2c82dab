/** The flag that names the seats of a curator's act. */
export const SEATS_ARG = {
  slot: { type: "string", valueHint: "SEAT,...", description: "the seats; else every VIRUS seat" },
} as const;

/** The seats of a list such as `013,24`: three digits each. Whether there are such seats the server says. */
export function seatList(list: string | undefined): string[] {
  return list === undefined ? [] : list.split(",").map((seat) => seat.trim().padStart(3, "0"));
}
