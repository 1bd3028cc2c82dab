import { expect, test } from "bun:test";
import { join } from "node:path";

// The coverage of a run counts only the files that it loaded: a file that no test loads would be missing, not at 0 %.
test("every file of src, router and db can be loaded by itself", async () => {
  const project = join(import.meta.dir, "..");
  const files = [...new Bun.Glob("{src,router,db}/**/*.ts").scanSync(project)].filter(
    (file) => !file.endsWith(".d.ts"),
  );
  expect(files).not.toBeEmpty();
  for (const file of files) await import(join(project, file));
});
