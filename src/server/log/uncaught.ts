import type { Logger } from "./log.ts";

/**
 * Logs errors that nobody caught, and lets the service go on: what one request came to is no reason to answer nobody.
 *
 * @returns what ends it
 */
export function logUncaught(log: Logger): () => void {
  const tell = (error: unknown) => {
    if (!isWriteAfterClose(error)) log.error({ err: error }, "an error that nobody caught");
  };
  process.on("uncaughtException", tell);
  process.on("unhandledRejection", tell);
  return () => {
    process.off("uncaughtException", tell);
    process.off("unhandledRejection", tell);
  };
}

/**
 * postgres.js 3.4.9 writes to a connection that was closed since the write was put off (`nextWrite`). The statement is
 * refused all the same, and the outage is told once, elsewhere.
 */
function isWriteAfterClose(error: unknown): boolean {
  return error instanceof TypeError && /\bnextWrite\b/.test(error.stack ?? "") && /null/.test(error.message);
}
