import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { openDemoTenant, type DemoTenant } from "../harness/demo-tenant.ts";
import { openBoardPage } from "../harness/pages.ts";
import { call, requestOf, sitDown } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

let demo: DemoTenant;

afterAll(async () => {
  await demo?.[Symbol.asyncDispose]();
});
const { system, browser } = shareSystem();
beforeAll(async () => {
  demo = await openDemoTenant(system);
}, 180_000);

const escalateAfter = (steps: number[]) =>
  demo.database.inTenant(demo.id, (tx) =>
    tx.updateTable("tenant").set({ escalation_steps: steps }).execute(),
  );
const callAt = async (table: number): Promise<string> =>
  requestOf(await call(system, await sitDown(system, table))).id;

/** Each element of a card with the colours that it has, and those that its rules give to a copy. */
const coloursOf = (page: Page, id: string) =>
  page.locator(`[data-id="${id}"]`).evaluate((card) => {
    const read = (root: Element) =>
      [root, ...root.querySelectorAll("*")].map((element) => {
        const { color, backgroundColor, borderTopColor } = getComputedStyle(element);
        return [element.className, color, backgroundColor, borderTopColor].join(" ");
      });
    // A copy beside the card may make the browser compute the card's styles again.
    const shown = read(card);
    const copy = card.cloneNode(true) as Element;
    card.after(copy);
    const wanted = read(copy);
    copy.remove();
    return { shown, wanted };
  });

test("a card that moves as its level changes has the colours of its new level", async () => {
  for (const table of [0, 1, 2, 3]) await callAt(table);
  await using page = await openBoardPage(browser, system, "ben");
  const cards = page.locator("[data-testid='request']");
  await cards.nth(3).waitFor();
  // Chromium can lose the pending styles of what `moveBefore` moves.
  expect(await page.evaluate(() => "moveBefore" in Element.prototype)).toBe(false);
  await escalateAfter([1]);
  for (const table of [4, 5, 6]) {
    const id = await callAt(table);
    const card = page.locator(`[data-id="${id}"]`);
    await page.locator(`[data-id="${id}"][data-level="0"]`).waitFor();
    const before = await coloursOf(page, id);
    await page.locator(`[data-id="${id}"].at-1`).waitFor();
    // It has moved above every card without a level.
    await page.locator(`[data-id="${id}"] ~ [data-level="0"]`).nth(3).waitFor();
    const { shown, wanted } = await coloursOf(page, id);
    expect(wanted).not.toEqual(before.shown);
    expect(shown).toEqual(wanted);
    expect(await card.count()).toBe(1);
  }
}, 90_000);
