import { z } from "zod";

/** A part of the document, as JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** A schema as the document has it, and those with a name of their own that it refers to. */
export type JsonSchema = { readonly schema: Json; readonly named: Readonly<Record<string, Json>> };

/** JSON Schema 2020-12, which is that of OpenAPI 3.1; what has a name is referred to as a component. */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output" = "output"): JsonSchema {
  const made = z.toJSONSchema(schema, { io, target: "draft-2020-12", override: ({ jsonSchema }) => open(jsonSchema) });
  const { $defs = {}, $schema: _dialect, ...own } = referring(made) as { $defs?: Record<string, Json> } & Json;
  const { id, ...root } = own;
  const named = Object.fromEntries(Object.entries($defs).map(([name, { id: _id, ...part }]) => [name, part]));
  if (typeof id !== "string") return { schema: root, named };
  return { schema: { $ref: `#/components/schemas/${id}` }, named: { ...named, [id]: root } };
}

/** Members may be added to an answer some day; and a date-time need not be told by a pattern too. */
function open(jsonSchema: { additionalProperties?: unknown; format?: unknown; pattern?: unknown }): void {
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
}

function referring(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(referring);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === "$ref" && typeof member === "string"
        ? member.replace("#/$defs/", "#/components/schemas/")
        : referring(member),
    ]),
  );
}
