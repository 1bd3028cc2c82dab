import { describe, test } from "bun:test";
import { expectSection } from "../support/documents.ts";
import { importTable } from "../support/import-rules.ts";

describe("who may import whom", () => {
  for (const path of ["README.md", "docs/architecture.md"]) {
    test(`${path} shows the rules that are enforced`, () => {
      expectSection(path, "import rules", importTable());
    });
  }
});
