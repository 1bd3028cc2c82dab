import { describe, expect, test } from "bun:test";
import { SETTINGS } from "../../src/server/settings/settings.ts";
import { documentText, expectSection } from "../support/documents.ts";

const OPERATIONS = "docs/operations.md";

/** What a setting is when nobody sets it, as it would be written in the settings file. */
function defaultText(field: object): string {
  const def = "def" in field ? field.def : null;
  const isSet = typeof def === "object" && def !== null && "defaultValue" in def;
  return isSet ? `\`${JSON.stringify(def.defaultValue)}\`` : "";
}

describe("docs/operations.md", () => {
  test("lists every setting with its default and its meaning", () => {
    const rows = Object.entries(SETTINGS.shape).map(
      ([name, field]) => `| \`${name}\` | ${defaultText(field)} | ${field.description} |`,
    );
    expectSection(OPERATIONS, "settings", ["| setting | default | meaning |", "|---|---|---|", ...rows].join("\n"));
  });

  test("names no setting that does not exist", () => {
    const written = documentText(OPERATIONS).matchAll(/^#?([A-Z][A-Z_]+) = /gm);
    const names = [...written].map(([, name = ""]) => name);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !Object.hasOwn(SETTINGS.shape, name))).toEqual([]);
  });
});
