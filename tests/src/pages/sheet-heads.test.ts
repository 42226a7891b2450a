import { expect, test } from "@jest/globals";
import type { Locator } from "playwright-core";
import { openBoardPage, openTable, phone, tapUntil } from "../harness/pages.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem();

/** A sheet does not rise: it is at its place when it is measured. */
const still = { reducedMotion: "reduce" } as const;

async function placeOf(what: Locator): Promise<{ left: number; middle: number }> {
  const box = await what.boundingBox();
  if (box === null) throw new Error("not on screen");
  return { left: box.x, middle: box.y + box.height / 2 };
}

test("the title of a guest's sheet stands in the middle between its picture and its cross", async () => {
  await using guest = await openTable(browser, system, 0, still);
  const sheet = guest.getByRole("dialog");
  await tapUntil(guest.locator("[data-does='call:bill']"), sheet);
  const title = await placeOf(sheet.getByRole("heading", { name: "How would you like to pay?" }));
  const cross = await placeOf(sheet.getByRole("button", { name: "Close" }));
  const picture = await placeOf(sheet.locator(".sheet-icon"));
  expect(Math.abs(title.middle - cross.middle)).toBeLessThan(1);
  expect(Math.abs(title.middle - picture.middle)).toBeLessThan(1);
});

test("the title of a sheet without a picture begins where its content does", async () => {
  await using board = await openBoardPage(browser, system, "anna", { viewport: phone, ...still });
  const sheet = board.getByRole("dialog");
  await tapUntil(board.getByRole("button", { name: "Choose tables…" }), sheet);
  const title = await placeOf(sheet.getByRole("heading", { name: "Which tables are yours?" }));
  const first = await placeOf(sheet.getByRole("button", { name: "Start: Everything" }));
  expect(title.left).toBe(first.left);
});
