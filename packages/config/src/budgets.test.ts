import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { variables } from "./index.ts";

const root = join(import.meta.dirname, "../../..");
const rows = readFileSync(join(root, "docs/budgets.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .slice(2)
  .map((line) => line.split("|").map((cell) => cell.trim()));
const settings = new Set(Object.values(variables).flatMap((group) => Object.keys(group)));

test("every budget names settings, a file and a test that exist", () => {
  expect(rows.length).toBeGreaterThan(12);
  const missing = rows.flatMap(([, what, who, bound, names = "", file = "", test = ""]) => [
    ...[what, who, bound].filter((cell) => cell === "" || cell === undefined),
    ...names.split(", ").filter((name) => name !== "" && !settings.has(name)),
    ...[file, test].filter((path) => !existsSync(join(root, path))),
  ]);
  expect(missing).toEqual([]);
});
