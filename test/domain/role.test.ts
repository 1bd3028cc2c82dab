import { expect, test } from "bun:test";
import { mayActAs, ROLES } from "../../src/domain/role.ts";

test("each role may do what those before it may, and no more", () => {
  const may = ROLES.map((role) => ROLES.filter((needed) => mayActAs({ username: "ada", role }, needed)));
  expect(may).toEqual([["updater"], ["updater", "curator"], ["updater", "curator", "admin"]]);
});
