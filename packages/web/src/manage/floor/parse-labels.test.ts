import { expect, it } from "@jest/globals";
import { parseLabels } from "./parse-labels.ts";

it.each([
  ["1 to 3", ["1", "2", "3"]],
  ["1-3", ["1", "2", "3"]],
  ["Terrasse 1 bis 2", ["Terrasse 1", "Terrasse 2"]],
  ["Bar, Terrace 1–2 ,", ["Bar", "Terrace 1", "Terrace 2"]],
  ["7", ["7"]],
  ["١ إلى ٣", ["1", "2", "3"]],
  ["البار، الشرفة ۷-۸", ["البار", "الشرفة 7", "الشرفة 8"]],
  ["9 to 3", ["9 to 3"]],
  ["", []],
])("reads %j as labels", (text, labels) => {
  expect(parseLabels(text)).toEqual(labels);
});

it("makes at most five hundred labels", () => {
  expect(parseLabels("1 to 400, A1 to 400")).toHaveLength(500);
});
