import type { Clock, Instant } from "../../src/domain/time/instant.ts";

/** The machine's clock, which ticks in milliseconds. */
export const systemClock: Clock = () => (Date.now() * 1000) as Instant;
