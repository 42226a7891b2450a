import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const root = join(import.meta.dirname, "../../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const rows = read("docs/limits.md")
  .split("\n")
  .flatMap((line) => {
    const [, what = "", constant = "", file = ""] =
      /^\| (.+?) \| `(.+)` \| (\S+\.ts) \|$/.exec(line) ?? [];
    return what === "" ? [] : [{ what, constant, file }];
  });

test("every limit that is a constant is in its file as the page says", () => {
  expect(rows.length).toBeGreaterThan(50);
  expect(rows.filter(({ constant, file }) => !read(file).includes(constant))).toEqual([]);
});
