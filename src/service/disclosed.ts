import { FplaneError } from "../domain/errors.ts";
import { withoutKeys } from "./keys.ts";

/** What a client may know of an error: of one that is not part of the contract, nothing; of a key in a message, no digit. */
export function disclosed(error: unknown): FplaneError {
  if (!(error instanceof FplaneError)) {
    return new FplaneError("internal", "something went wrong inside the server; it has been logged");
  }
  const message = withoutKeys(error.message);
  return message === error.message ? error : new FplaneError(error.code, message, error.details);
}
