import { FplaneError } from "../../src/domain/errors.ts";

/** Throws why neither the server nor, in its place, the cache has an answer. */
export function neither(away: FplaneError): (unsure: unknown) => never {
  return (unsure) => {
    if (!(unsure instanceof FplaneError)) throw unsure;
    throw new FplaneError(unsure.code, `${away.message}; ${unsure.message}`, unsure.details);
  };
}
