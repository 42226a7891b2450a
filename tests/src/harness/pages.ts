import axe from "axe-core";
import type { System } from "@waiter/testkit";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import type { Contexts } from "./share-system.ts";

export const phone = { width: 390, height: 844 } as const;

export interface OpenOptions extends BrowserContextOptions {
  /** Runs in the page before its own scripts. */
  readonly before?: () => void;
  /** Prepares the page before it loads anything. */
  readonly prepare?: (page: Page) => Promise<unknown>;
}

/** A page in a browser context of its own; its context is closed with it. */
export async function openPage(
  browser: Contexts,
  { before, prepare, ...options }: OpenOptions = {},
): Promise<Page & AsyncDisposable> {
  const context = await browser.newContext({ viewport: phone, ...options });
  const page = await context.newPage();
  if (before !== undefined) await page.addInitScript(before);
  await prepare?.(page);
  return Object.assign(page, { [Symbol.asyncDispose]: () => context.close() });
}

/** As a person's setting does; the content security policy refuses a style element. */
export const enlargeText = (page: Page, percent: number): Promise<void> =>
  page.evaluate((size) => {
    document.documentElement.style.setProperty("font-size", size, "important");
  }, `${percent}%`);

/** The guest page of the table with this index, ready for a tap. */
export async function openTable(
  browser: Contexts,
  system: System,
  table: number,
  options: OpenOptions = {},
): Promise<Page & AsyncDisposable> {
  const page = await openPage(browser, options);
  await page.goto(tableUrl(system, table));
  await page.locator("[data-does='call:waiter'], [data-does='show:waiter']").waitFor();
  return page;
}

export function tableUrl({ file }: System, table: number): string {
  const { token } = file.tables[table] ?? {};
  if (token === undefined) throw new Error(`the demo has no table ${table}`);
  return `${file.tenantOrigin}/t/${token}`;
}

/** Whose address begins with their name, or is their role. */
export type DemoPerson = "anna" | "ben" | "marco" | "olivia";

/** A board, signed in as the demo's person of this name, live. */
export async function openBoardPage(
  browser: Contexts,
  system: System,
  person: DemoPerson,
  { path = "/board", ...options }: OpenOptions & { readonly path?: string } = {},
): Promise<Page & AsyncDisposable> {
  const page = await openPage(browser, { viewport: { width: 1280, height: 800 }, ...options });
  await page.goto(`${system.file.tenantOrigin}${path}`);
  await signIn(page, system, person);
  await page.locator("[data-testid='connection'][data-state='live']").waitFor();
  return page;
}

export async function signIn(page: Page, { file }: System, person: DemoPerson): Promise<void> {
  const wanted = { anna: "anna", ben: "ben", marco: "manager", olivia: "owner" }[person];
  const member = file.staffMembers.find(({ email }) => email.startsWith(wanted));
  if (member === undefined) throw new Error(`the demo has no ${person}`);
  await page.locator("#email").fill(member.email);
  await page.locator("#password").fill(member.password);
  await page.locator("button[type='submit']").click();
}

/** The accessibility faults of what is on screen, as "rule: elements". */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return await page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as {
      axe: {
        run(options: object): Promise<{
          violations: { id: string; nodes: { html: string }[] }[];
        }>;
      };
    };
    const { violations } = await checker.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
}

/** By how many pixels the page is wider than its window. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** The middle of an element, which is scrolled into the window. */
export async function middleOf(page: Page, selector: string): Promise<{ x: number; y: number }> {
  await page.locator(selector).scrollIntoViewIfNeeded();
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`${selector} is not on screen`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/**
 * Taps as a person does: again when nothing happened within 3 s, because the page ignores a tap on
 * what has just moved under the finger. `outcome` must not be there before.
 */
export async function tapUntil(control: Locator, outcome: Locator, attempts = 6): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt === attempts;
    // After a tap that counted, the control may be gone.
    const tapped = control.click({ timeout: 5_000 });
    await (attempt === 1 ? tapped : tapped.catch(() => undefined));
    try {
      await outcome.first().waitFor({ timeout: isLast ? 20_000 : 3_000 });
      return;
    } catch (error) {
      if (isLast) throw error;
    }
  }
}
