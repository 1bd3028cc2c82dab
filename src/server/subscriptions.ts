import { FplaneError } from "../domain/errors.ts";

/** A client that is told of what happens, for as long as it stays. */
export type Subscription = {
  /** Aborted when the server stops: then the subscription has to end. */
  readonly closing: AbortSignal;
  readonly end: () => void;
};

/** How long a client may wait before it asks again whether there is room. */
const RETRY_SECONDS = 60;

/** Counts the subscriptions that are open: each costs a connection. @param most how many there may be at once */
export function createSubscriptions(most: number, closing: AbortSignal): () => Subscription {
  let open = 0;
  return () => {
    if (open >= most) {
      const retryAfter = RETRY_SECONDS;
      throw new FplaneError(
        "too-many-requests",
        `${open} clients are told of new revisions: there is no room for more`,
        {
          retryAfter,
        },
      );
    }
    open += 1;
    let ended = false;
    return {
      closing,
      end: () => {
        if (!ended) open -= 1;
        ended = true;
      },
    };
  };
}
