import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startSystem, type System } from "@waiter/testkit";
import type { Browser, Page } from "playwright-core";
import { ask } from "../harness/ask.ts";
import { openBrowser } from "../harness/open-browser.ts";
import {
  faultsOf,
  openBoardPage,
  openPage,
  openTable,
  overflowOf,
  signIn,
} from "../harness/pages.ts";
import { call, sitDown } from "../harness/people.ts";

let system: System;
let browser: Browser;

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
  // Requests for every state of the board; escalation makes the rest.
  for (const table of [2, 3]) {
    const token = await sitDown(system, table);
    for (const type of ["waiter", "bill"]) await call(system, token, type);
  }
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
}, 60_000);

/** Waits for the end of every animation that ends: colours in between are no one's to read. */
const settled = (page: Page): Promise<unknown> =>
  page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
        .map(({ finished }) => finished),
    ),
  );

/** Accessible, no wider than its window, and every control at least 24 px (44 px where it is a button). */
async function expectGood(page: Page): Promise<void> {
  await settled(page);
  expect(await faultsOf(page)).toEqual([]);
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  const small = await page
    .locator("button, a.button, select, input:not([type=range])")
    .evaluateAll((controls) =>
      controls.flatMap((control) => {
        const target = control.closest("label") ?? control;
        const { width, height } = target.getBoundingClientRect();
        return width > 0 && (height < 43.5 || width < 43.5) ? target.outerHTML : [];
      }),
    );
  expect(small).toEqual([]);
}

const looks = [
  ["390 px", { viewport: { width: 390, height: 844 } }],
  ["320 px", { viewport: { width: 320, height: 640 } }],
  ["dark", { colorScheme: "dark" }],
  ["1280 px", { viewport: { width: 1280, height: 800 } }],
  ["right to left", { locale: "ar" }],
  ["German", { locale: "de" }],
  ["forced colours", { forcedColors: "active" }],
] as const;

describe.each(looks)("in %s", (_name, look) => {
  test("the guest page: ready, called, asked how to pay, writing, details", async () => {
    await using page = await openTable(browser, system, 0, look);
    await expectGood(page);
    await page.locator("[data-does='call:bill'], [data-does='show:bill']").click();
    await page.getByRole("dialog").waitFor();
    await expectGood(page);
    await page.keyboard.press("Escape");
    await page.locator(".write").click();
    await page.locator("#note").waitFor();
    await expectGood(page);
    await page.keyboard.press("Escape");
    const water = page.locator("[data-does='call:water']");
    if (await water.isVisible()) await water.click();
    await page.locator("[data-does='show:water']").waitFor();
    await page.waitForTimeout(1_000);
    await page.locator("[data-does='show:water']").click();
    await page.getByRole("dialog").waitFor();
    await expectGood(page);
  });

  test("the staff pages: sign-in, board, menu, a request's menu, wall", async () => {
    await using page = await openPage(browser, look);
    await page.goto(`${system.file.tenantOrigin}/login`);
    await page.locator("#email").waitFor();
    await expectGood(page);
    await signIn(page, system, "anna");
    await page.getByTestId("request").first().waitFor();
    await expectGood(page);
    await page.getByTestId("menu").click();
    await page.getByRole("dialog").waitFor();
    await expectGood(page);
    await page.keyboard.press("Escape");
    await page.locator("[data-does^='more:']").first().click();
    await page.getByRole("dialog").waitFor();
    await expectGood(page);
    await page.goto(`${system.file.tenantOrigin}/wall`);
    await page.getByTestId("request").first().waitFor();
    await expectGood(page);
  });

  test("the landing page, a dead end, the style guide", async () => {
    await using page = await openPage(browser, look);
    for (const path of ["/", "/nothing", "/style-guide"]) {
      await page.goto(`${system.file.tenantOrigin}${path}`);
      await page.locator("html[data-started] h1").waitFor();
      await expectGood(page);
    }
    await page.goto(system.file.origin);
    await page.locator("#slug").waitFor();
    await expectGood(page);
  });
});

describe.each([150, 200])("with text at %d %%", (percent) => {
  const large = { viewport: { width: 390, height: 844 } };
  const enlarge = (page: Page) =>
    page.addStyleTag({ content: `html { font-size: ${percent}% !important }` });

  test("the guest page needs no sideways scrolling", async () => {
    await using page = await openTable(browser, system, 2, large);
    await enlarge(page);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  });

  test("the board shows each request's age and buttons whole", async () => {
    await using page = await openBoardPage(browser, system, "anna", large);
    await page.getByTestId("request").first().waitFor();
    await enlarge(page);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    const cut = await page.locator(".card-age, .card button").evaluateAll((parts) =>
      parts.flatMap((part) => {
        const card = part.closest(".card")?.getBoundingClientRect();
        const { left, right, bottom } = part.getBoundingClientRect();
        const fits =
          card !== undefined && left >= card.left && right <= card.right && bottom <= card.bottom;
        return fits ? [] : part.outerHTML;
      }),
    );
    expect(cut).toEqual([]);
  });
});

test("sixty requests fit a phone: one row each, and the way to one's own on top", async () => {
  const tokens = await Promise.all([0, 1, 4, 5, 6, 7].map((table) => sitDown(system, table)));
  for (const token of tokens)
    for (const type of ["waiter", "bill", "water", "order"]) await call(system, token, type);
  await using page = await openBoardPage(browser, system, "anna", {
    viewport: { width: 390, height: 844 },
  });
  const cards = page.getByTestId("request");
  await cards.nth(11).waitFor();
  const heights = await cards.evaluateAll((all) => all.map((card) => card.clientHeight));
  expect(Math.max(...heights)).toBeLessThan(120);
  const claim = cards.nth(5).locator("[data-does^='claim:']");
  const id = await cards.nth(5).getAttribute("data-id");
  await claim.click();
  await page.locator(`section:first-of-type [data-id='${id}'] [data-does^='complete:']`).waitFor();
  expect(await cards.first().getAttribute("data-id")).toBe(id);
});

test("notes of any length and direction stay within three lines", async () => {
  const token = await sitDown(system, 1);
  const note = `مرحبا (2)! ${"طويل ".repeat(80)}`;
  const body = { type: "other", note };
  await ask(system, "/api/guest/requests", { method: "POST", token, key: "note-1", body });
  await using page = await openBoardPage(browser, system, "anna");
  const text = page.locator(".note p").first();
  await text.waitFor();
  expect(await text.evaluate((element) => getComputedStyle(element).direction)).toBe("rtl");
  const lines = () =>
    text.evaluate((e) => e.clientHeight / Number.parseFloat(getComputedStyle(e).lineHeight));
  expect(Math.round(await lines())).toBe(3);
  await page.getByRole("button", { name: "More", exact: true }).first().click();
  expect(Math.round(await lines())).toBeGreaterThan(3);
});

test("a session that ends elsewhere says that requests are not shown, and keeps the address", async () => {
  await using page = await openBoardPage(browser, system, "ben");
  const other = await page.context().newPage();
  await other.goto(`${system.file.tenantOrigin}/board`);
  await other.getByTestId("menu").click();
  await other.getByRole("button", { name: "Sign out" }).click();
  await other.locator("#email").waitFor();
  await page.getByTestId("signed-out").waitFor();
  expect(await page.getByTestId("signed-out").textContent()).toContain("NOT shown");
  expect(await page.locator("#email").inputValue()).toContain("ben@");
  expect(await faultsOf(page)).toEqual([]);
});

test("the tab counts what waits, and marks what has waited too long", async () => {
  await using page = await openBoardPage(browser, system, "anna");
  await page.getByTestId("request").first().waitFor();
  const waiting = await page.locator("[data-testid='request'][data-state='new']").count();
  await page.waitForFunction((count) => document.title.startsWith(`(${count}`), waiting);
});
