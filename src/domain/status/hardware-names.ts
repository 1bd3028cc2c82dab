import { FplaneError } from "../errors.ts";
import { shown } from "../shown.ts";

/** What fplane wants to know from a hardware status: five fields of a unit and the time of the data. */
export type StatusField = "ifuslot" | "specid" | "specslot" | "ifuid" | "contid" | "dataTime";

/** Extra names under which a telescope gives a field; they are added to the built-in ones. */
export type StatusAliases = Readonly<Partial<Record<StatusField, readonly string[] | undefined>>>;

/** Which field a name stands for; ask it with `fieldNamed`. */
export type StatusNames = ReadonlyMap<string, StatusField>;

/**
 * The only place that knows the keys of a TCS hardware status. They are not public: these are the names that the same
 * camera server writes into the FITS headers, and the time that every TCS event carries.
 */
const BUILT_IN: Readonly<Record<StatusField, readonly [string, ...string[]]>> = {
  ifuslot: ["IFUSLOT"],
  specid: ["SPECID"],
  specslot: ["SSA", "SPECSLOT"],
  ifuid: ["IFUID"],
  contid: ["CONTID"],
  dataTime: ["__data_time"],
};

const FIELDS = Object.keys(BUILT_IN) as StatusField[];

/** What a status may look like, for the person whose status was not understood. */
export const EXAMPLE_UNIT = '{"IFUSLOT": 53, "SPECID": 320, "IFUID": "020", "SSA": "236", "CONTID": "S/N 0059"}';

/** The name under which a field is spoken of in messages. */
export function fieldLabel(field: StatusField): string {
  return BUILT_IN[field][0];
}

/** Case, `_`, `-` and blanks make no difference between two names: `ifu_slot` is `IFUSLOT`, `data_time` is `__data_time`. */
function comparable(name: string): string {
  return name.toLowerCase().replace(/[_\-\s]/g, "");
}

/**
 * The built-in names and a telescope's own.
 * @throws FplaneError `bad-parameter` when an alias is blank or stands for two fields.
 */
export function statusNames(aliases: StatusAliases = {}): StatusNames {
  const names = new Map<string, StatusField>();
  for (const field of FIELDS) for (const name of BUILT_IN[field]) names.set(comparable(name), field);
  for (const field of FIELDS) {
    for (const alias of aliases[field] ?? []) {
      const key = comparable(alias);
      const other = names.get(key);
      if (key === "" || (other !== undefined && other !== field)) {
        const reason = key === "" ? "is blank" : `already stands for ${fieldLabel(other ?? field)}`;
        throw new FplaneError(
          "bad-parameter",
          `the name ${shown(alias)} given for ${fieldLabel(field)} of a hardware status ${reason}; each name stands for one field`,
        );
      }
      names.set(key, field);
    }
  }
  return names;
}

/** The field that a key of a status stands for, in any case and with or without `_`, `-` and blanks. */
export function fieldNamed(names: StatusNames, key: string): StatusField | undefined {
  return names.get(comparable(key));
}
