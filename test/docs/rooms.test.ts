import { expect, test } from "bun:test";
import { dirname } from "node:path";
import { documentText, PROJECT } from "../support/documents.ts";

test("docs/architecture.md names every folder of the program", () => {
  const [, section = ""] = /^## The rooms$([\s\S]*?)^## /m.exec(documentText("docs/architecture.md")) ?? [];
  const rooms = [...section.matchAll(/^\| `(\S+\/)` \|/gm)].map(([, room]) => room);
  const files = new Bun.Glob("{bin,src,db,router,public}/**/*.*").scanSync(PROJECT);
  const folders = new Set([...files].map((file) => `${dirname(file)}/`));
  expect(rooms.sort()).toEqual([...folders].sort());
});
