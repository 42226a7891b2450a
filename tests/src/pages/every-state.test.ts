import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { ask } from "../harness/ask.ts";
import {
  enlargeText,
  faultsOf,
  openBoardPage,
  openPage,
  openTable,
  overflowOf,
  type OpenOptions,
  signIn,
  tapUntil,
} from "../harness/pages.ts";
import { call, sitDown } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem();

beforeAll(async () => {
  // Requests for every state of the board; escalation makes the rest.
  for (const table of [2, 3]) {
    const token = await sitDown(system, table);
    for (const type of ["waiter", "bill"]) await call(system, token, type);
  }
}, 180_000);

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

/** Accessible, no wider than its window, and every button at least 44 px in both directions. */
async function expectGood(page: Page, look: Look): Promise<void> {
  await settled(page);
  expect(look.axe === true ? await faultsOf(page) : []).toEqual([]);
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

interface Look extends OpenOptions {
  /** Whether axe runs too: what it finds depends on colours, names and structure, not on width. */
  readonly axe?: boolean;
}
const looks: readonly (readonly [string, Look])[] = [
  ["390 px", { axe: true }],
  ["320 px", { viewport: { width: 320, height: 640 } }],
  ["dark", { axe: true, colorScheme: "dark" }],
  ["1280 px", { viewport: { width: 1280, height: 800 } }],
  ["right to left", { axe: true, locale: "ar" }],
  ["German", { locale: "de" }],
  ["forced colours", { axe: true, forcedColors: "active" }],
];

describe.each(looks)("in %s", (_name, look) => {
  test("the guest page: ready, called, asked how to pay, writing, details", async () => {
    await using page = await openTable(browser, system, 0, look);
    await expectGood(page, look);
    const dialog = page.getByRole("dialog");
    await tapUntil(page.locator("[data-does='call:bill'], [data-does='show:bill']"), dialog);
    await expectGood(page, look);
    await page.keyboard.press("Escape");
    await tapUntil(page.locator(".write"), page.locator("#note"));
    await expectGood(page, look);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    const water = page.locator("[data-does='call:water']");
    const sent = page.locator("[data-does='show:water']");
    if (await water.isVisible()) await tapUntil(water, sent);
    await tapUntil(sent, dialog);
    await expectGood(page, look);
  });

  test("the staff pages: sign-in, board, menu, a request's menu, wall", async () => {
    await using page = await openPage(browser, look);
    await page.goto(`${system.file.tenantOrigin}/login`);
    await page.locator("#email").waitFor();
    await expectGood(page, look);
    await signIn(page, system, "anna");
    await page.getByTestId("request").first().waitFor();
    await expectGood(page, look);
    const dialog = page.getByRole("dialog");
    await tapUntil(page.getByTestId("menu"), dialog);
    await expectGood(page, look);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await tapUntil(page.locator("[data-does^='more:']").first(), dialog);
    await expectGood(page, look);
    await page.goto(`${system.file.tenantOrigin}/wall`);
    await page.getByTestId("request").first().waitFor();
    await expectGood(page, look);
  });

  test("the landing page, a dead end, the style guide", async () => {
    await using page = await openPage(browser, look);
    for (const path of ["/", "/nothing", "/style-guide"]) {
      await page.goto(`${system.file.tenantOrigin}${path}`);
      await page.locator("html[data-started] h1").waitFor();
      await expectGood(page, look);
    }
    await page.goto(system.file.origin);
    await page.locator("#slug").waitFor();
    await expectGood(page, look);
  });
});

describe.each([150, 200])("with text at %d %%", (percent) => {
  const large = { viewport: { width: 390, height: 844 } };
  const enlarge = (page: Page) => enlargeText(page, percent);

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
  await tapUntil(
    claim,
    page.locator(`section:first-of-type [data-id='${id}'] [data-does^='complete:']`),
  );
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
  await tapUntil(other.getByTestId("menu"), other.getByRole("dialog"));
  await tapUntil(other.getByRole("button", { name: "Sign out" }), other.locator("#email"));
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
