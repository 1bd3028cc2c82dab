import { FplaneError } from "../../domain/errors.ts";
import { withoutKeys } from "../users/keys.ts";

/** What a client may know of an error: of one that is not part of the contract, nothing; of a key in it, no digit. */
export function disclosed(error: unknown): FplaneError {
  if (!(error instanceof FplaneError)) {
    return new FplaneError("internal", "something went wrong inside the server; it has been logged");
  }
  const { code, message, details } = error;
  const told = JSON.stringify({ message, details });
  const clean = withoutKeys(told);
  if (clean === told) return error;
  const disclosable = JSON.parse(clean) as Pick<FplaneError, "message" | "details">;
  return new FplaneError(code, disclosable.message, disclosable.details);
}
