import type { System } from "@waiter/testkit";
import type { Locator, Page } from "playwright-core";
import { openPage, type OpenOptions } from "./pages.ts";
import type { Contexts } from "./share-system.ts";

export type Manager = "owner" | "manager";

/** /manage at one of its parts, signed in as the demo's person of this role. */
export async function openManage(
  browser: Contexts,
  { file }: System,
  role: Manager,
  part: string,
  options: OpenOptions = {},
): Promise<Page & AsyncDisposable> {
  const member = file.staffMembers.find((each) => each.role === role);
  if (member === undefined) throw new Error(`the demo has no ${role}`);
  const page = await openPage(browser, { viewport: { width: 1280, height: 900 }, ...options });
  await page.goto(`${file.tenantOrigin}/manage#${part}`);
  await page.locator("#email").fill(member.email);
  await page.locator("#password").fill(member.password);
  await page.locator("button[type='submit']").click();
  await page.locator(".manage-main .part").first().waitFor();
  await page.locator(".manage-tabs a").first().waitFor();
  return page;
}

/** Opens what a button opens, and waits for it. */
export async function openSheet(button: Locator): Promise<Locator> {
  await button.click();
  const sheet = button.page().getByRole("dialog");
  await sheet.waitFor();
  return sheet;
}

/** Closes the open sheet by the key, and waits until the browser's history is as before. */
export async function closeSheet(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.waitForFunction(() => !("sheet" in ((history.state as object | null) ?? {})));
}

/** Another part of /manage, by its tab. */
export async function goToPart(page: Page, part: string): Promise<void> {
  await page.locator(`[data-does="tab:${part}"]`).click();
  await page.locator(`[data-does="tab:${part}"][aria-current="page"]`).waitFor();
  await page.locator(".manage-main .part").first().waitFor();
}
