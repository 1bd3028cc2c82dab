import fc from "fast-check";
import { VIRUS_SEATS } from "../../src/domain/plane/seat.ts";
import { hostileText, NOW_SECONDS, textNamed } from "./fuzz-values.ts";

/** As much of a JSON schema as is needed to write what it describes. */
export type JsonSchema = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
};

/** Everything here writes JSON as text: a name given twice and a number beyond all bounds are no values. */
type JsonText = fc.Arbitrary<string>;

const nested = fc
  .record({
    depth: fc.constantFrom(3, 60, 70, 480, 520, 3000, 20_000, 200_000),
    open: fc.constantFrom('{"a":', "[", '{"__proto__":', '{"units":[{"x":'),
    isClosed: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  })
  .map(({ depth, open, isClosed }) => {
    const close = [...open].reverse().map((character) => ({ "{": "}", "[": "]" })[character] ?? "");
    return `${open.repeat(depth)}1${isClosed ? close.join("").repeat(depth) : ""}`;
  });

const HOSTILE_VALUES = [
  ...["null", "true", "false", "0", "-0", "-1", "1.5", "1e999", "-1e999", "1e-999", "9007199254740993", "2147483648"],
  ...["123456789012345678901234567890", `${"9".repeat(5000)}`, `0.${"3".repeat(3000)}`, "1E400", "NaN", "Infinity"],
  ...["[]", "{}", "[null]", "[[]]", '[{}, {"a": []}]', '{"": ""}', '{"length": 1e9}', '{"toString": 1, "valueOf": 2}'],
  ...['{"__proto__": {"role": "admin"}}', '{"constructor": {"prototype": {"role": "admin"}}}', '{"toJSON": 1}'],
  ...['{"then": 1}', '"\\ud800"', '"\\udfff\\ud800"', '"\\u0000"', '"a\\u0000b"', '{"\\u0000": 1}', '{"\\ud800": 1}'],
  ...["'single'", "undefined", "{a: 1}", "[1,]", "/* x */ 1", "\u00001", '"\t"', '"\n"', "None", "True"],
  ...[`[${"0,".repeat(20_000)}0]`, `[${'"",'.repeat(5000)}""]`, `"${"x".repeat(100_000)}"`],
];

const hostileJson: JsonText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...HOSTILE_VALUES) },
  { weight: 2, arbitrary: hostileText.map((text) => JSON.stringify(text)) },
  { weight: 1, arbitrary: nested },
  { weight: 1, arbitrary: fc.json({ maxDepth: 4 }) },
);

/** One unit in a seat, as a telescope reports it; the numbers are small, so that units meet. */
const unit = fc
  .record({ seat: fc.constantFrom(...VIRUS_SEATS), n: fc.integer({ min: 1, max: 90 }), text: fc.boolean() })
  .map(({ seat, n, text }) => {
    const value = (number: number) => (text ? `"${String(number).padStart(3, "0")}"` : String(number));
    return `{"IFUSLOT": ${value(Number(seat))}, "SPECID": ${value(300 + n)}, "IFUID": ${value(n)}, "SSA": ${value(110 + n)}, "CONTID": "S/N 00${n}"}`;
  });
const status = fc.array(unit, { maxLength: 6 }).map((units) => `{"__data_time": ${NOW_SECONDS}, "units": [${units}]}`);

/** With one of its values, whichever it is, replaced by something else. */
function spoiled(json: JsonText): JsonText {
  return fc.tuple(json, fc.nat({ max: 60 }), hostileJson).map(([text, which, instead]) => {
    const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"(?<colon>\s*:)?|-?\d[\d.eE+-]*|\btrue\b|\bfalse\b|\bnull\b/g)];
    const values = tokens.filter(({ groups }) => groups?.["colon"] === undefined);
    const value = values[which % Math.max(1, values.length)];
    if (value === undefined) return instead;
    return text.slice(0, value.index) + instead + text.slice(value.index + value[0].length);
  });
}

/** What a schema describes, or nearly: mostly right, so that it comes far, with something wrong in it here and there. */
export function jsonOf(schema: JsonSchema, name = ""): JsonText {
  const right = rightJson(schema, name);
  return fc.oneof(
    { weight: 10, arbitrary: right },
    { weight: 4, arbitrary: spoiled(right) },
    { weight: 1, arbitrary: hostileJson },
  );
}

function rightJson(schema: JsonSchema, name: string): JsonText {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => rightJson(one, name)));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum.map((one) => JSON.stringify(one)));
  switch (schema.type) {
    case "object":
      return objectJson(schema);
    case "array":
      return fc.array(rightJson(schema.items ?? {}, name), { maxLength: 4 }).map((items) => `[${items}]`);
    case "string":
      return textNamed(name).map((text) => JSON.stringify(text));
    case "boolean":
      return fc.constantFrom("true", "false");
    case "integer":
    case "number":
      return fc.oneof(fc.nat({ max: 40 }), fc.constantFrom(1, 0, 1000, 2 ** 31, 2 ** 53 - 1)).map(String);
    default:
      return fc.oneof({ weight: 4, arbitrary: status }, { weight: 1, arbitrary: hostileJson });
  }
}

function objectJson({ properties = {}, required = [], additionalProperties }: JsonSchema): JsonText {
  const members = Object.entries(properties).map(([name, schema]) => {
    const member = rightJson(schema, name).map((text) => [`${JSON.stringify(name)}: ${text}`]);
    const [there, absent] = required.includes(name) ? [30, 1] : [2, 1];
    return fc.oneof({ weight: there, arbitrary: member }, { weight: absent, arbitrary: fc.constant<string[]>([]) });
  });
  const others = otherMembers(additionalProperties);
  return fc.tuple(fc.tuple(...members), others).map(([known, more]) => `{${[...known.flat(), ...more].join(", ")}}`);
}

/** Members that no schema names: where it takes any, some; where it takes none, seldom one, or a known one twice. */
function otherMembers(values: JsonSchema["additionalProperties"]): fc.Arbitrary<readonly string[]> {
  const names = fc.oneof(
    fc.constantFrom("specid", "ifuid", "ifuslot", "specslot", "contid", "file", "ssa", "__proto__", "commit", "reason"),
    hostileText,
  );
  const value = typeof values === "object" ? rightJson(values, "id") : hostileJson;
  const member = fc.tuple(names, value).map(([name, text]) => `${JSON.stringify(name)}: ${text}`);
  if (typeof values === "object") return fc.array(member, { maxLength: 4 });
  return fc.oneof(
    { weight: 20, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: member.map((one) => [one]) },
  );
}
