import type { z } from "zod";
import type { ErrorCode } from "../../domain/errors.ts";
import type { Role } from "../../domain/role.ts";
import type { HeaderName, ParameterName } from "./parameters.ts";
import type { SchemaName } from "./schemas.ts";

/** An answer that is no error. */
export type OperationAnswer = {
  readonly description: string;
  /** By media type; null where the answer is no JSON of ours: text. */
  readonly content: Readonly<Record<string, SchemaName | null>>;
  /** Those that it always has. */
  readonly headers: readonly HeaderName[];
  /** Those that it may have. */
  readonly sometimes?: readonly HeaderName[];
};

/** A request that the document shows with its answer. */
export type OperationExample = {
  readonly name: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** A route by one method, as the document tells it. */
export type Operation = {
  readonly id: string;
  readonly tag: "files" | "record" | "typed" | "clients" | "operation" | "page";
  readonly summary: string;
  readonly description?: string;
  /** The parameters of the query. */
  readonly query: readonly ParameterName[];
  readonly body?: { readonly description: string; readonly schema: z.ZodType; readonly mediaType: string };
  readonly answers: Readonly<Record<number, OperationAnswer>>;
  /** The errors of its own; those that any request can meet are added. */
  readonly errors: readonly ErrorCode[];
  /** Who may ask: everybody; whoever may read, which is everybody where reading is public; a user with a role. */
  readonly needs: "nothing" | "reading" | Role;
  readonly examples: readonly OperationExample[];
};

/** By method and path, as the app has them: `GET /fplane/:datestr`. */
export type Operations = Readonly<Record<string, Operation>>;
