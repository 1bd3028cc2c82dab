import type { Answer } from "../answer/answer.ts";
import { idText, rowsOf } from "../files/fplane-file.ts";
import type { FocalPlaneRow } from "../plane/placement.ts";
import { positionText } from "../plane/position-text.ts";
import { type Instant, instantText } from "../time/instant.ts";
import { csvField } from "./csv.ts";

type Column = {
  readonly name: string;
  readonly datatype: "string" | "float64" | "bool";
  readonly unit?: "arcsec";
  readonly description: string;
  readonly value: (row: FocalPlaneRow) => string;
};

/** Ids are strings, so that astropy keeps `013`; its readers of the text file turn them into numbers. */
const COLUMNS: readonly Column[] = [
  {
    name: "IFUSLOT",
    datatype: "string",
    description: "seat in the IFU head mounting plate",
    value: (row) => row.ifuslot,
  },
  {
    name: "X_FP",
    datatype: "float64",
    unit: "arcsec",
    description: "position from the IHMP centre",
    value: (row) => positionText(row.x),
  },
  {
    name: "Y_FP",
    datatype: "float64",
    unit: "arcsec",
    description: "position from the IHMP centre",
    value: (row) => positionText(row.y),
  },
  { name: "SPECID", datatype: "string", description: "spectrograph, 000 for none", value: (row) => idText(row.specid) },
  {
    name: "SPECSLOT",
    datatype: "string",
    description: "bay of the spectrograph, 000 for none",
    value: (row) => idText(row.specslot),
  },
  { name: "IFUID", datatype: "string", description: "fibre bundle, 000 for none", value: (row) => idText(row.ifuid) },
  {
    name: "CONTID",
    datatype: "string",
    description: "controller of the spectrograph, masked where unknown",
    value: (row) => csvField(row.contid ?? ""),
  },
  {
    name: "ACTIVE",
    datatype: "bool",
    description: "whether the seat feeds a spectrograph",
    value: (row) => boolText(row.specid !== null),
  },
  {
    name: "MEASURED",
    datatype: "bool",
    description: "whether the position was measured",
    value: (row) => boolText(row.measured),
  },
];

/** The answer as an ECSV 1.0 table (Astropy enhancement proposal 6), comma-delimited; positions in arcsec, instants in UTC. */
export function renderEcsv(answer: Answer): string {
  const columns = COLUMNS.map(({ name, unit, datatype, description }) => {
    const unitEntry = unit === undefined ? "" : `unit: ${unit}, `;
    return `# - {name: ${name}, ${unitEntry}datatype: ${datatype}, description: '${description}'}`;
  });
  const header = [
    "# %ECSV 1.0",
    "# ---",
    "# delimiter: ','",
    "# datatype:",
    ...columns,
    "# meta: !!omap",
    `# - {instant: ${yamlInstant(answer.instant)}}`,
    `# - {valid_from: ${yamlInstant(answer.interval.from)}}`,
    `# - {valid_until: ${yamlInstant(answer.interval.until)}}`,
    `# - {confirmed_until: ${yamlInstant(answer.confirmedUntil)}}`,
    `# - {revision: ${answer.revision}}`,
    `# - {sha256: '${answer.sha256}'}`,
    `# - {layout: ${answer.layout}}`,
    `# - {actual_positions: ${answer.actualPositions}}`,
    "# schema: astropy-2.0",
    COLUMNS.map((column) => column.name).join(","),
  ];
  const records = rowsOf(answer.plane, answer.layout).map((row) => COLUMNS.map(({ value }) => value(row)).join(","));
  return `${[...header, ...records].join("\n")}\n`;
}

/** In quotes: a bare timestamp becomes a datetime without time zone in YAML readers. */
function yamlInstant(instant: Instant | null): string {
  return instant === null ? "null" : `'${instantText(instant)}'`;
}

function boolText(value: boolean): string {
  return value ? "True" : "False";
}
