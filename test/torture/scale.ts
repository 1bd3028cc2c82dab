/** The suite proves with small numbers, `bun run torture` with large ones. */
export const FULL = process.env["FPLANE_TORTURE"] === "full";
