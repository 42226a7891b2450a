import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openBrowser } from "@waiter/bench";
import { startSystem, type System } from "@waiter/testkit";
import type { Browser } from "playwright-core";
import { newRestaurant } from "../harness/new-restaurant.ts";
import { openPage, overflowOf } from "../harness/pages.ts";

let system: System;
let browser: Browser;

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
}, 60_000);

test("a restaurant's door and its management show its name, as text", async () => {
  const name = 'Da <b id="bold">Gino</b> & "Söhne" <script>document.title = "x"</script>';
  const { invitation, origin } = await newRestaurant(system, "gino", name);
  await using page = await openPage(browser, { viewport: { width: 320, height: 640 } });
  await page.goto(`${origin}/`);
  await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  await page.getByText("Good service, one tap away.").waitFor();
  await expect(page.title()).resolves.toBe(name);
  await expect(overflowOf(page)).resolves.toBe(0);

  await page.goto(invitation);
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByTestId("restaurant").getByText(name, { exact: true }).waitFor();
  await expect(page.title()).resolves.toContain(name);
  await expect(page.locator("#bold").count()).resolves.toBe(0);
  await expect(overflowOf(page)).resolves.toBe(0);
});

test("the apex and a restaurant whose name cannot be read show what Waiter is", async () => {
  await using page = await openPage(browser);
  await page.route("**/api/restaurant", (route) => route.abort());
  for (const origin of [
    system.file.tenantOrigin,
    system.file.tenantOrigin.replace("//demo.", "//"),
  ]) {
    await page.goto(origin);
    await page.getByRole("heading", { level: 1, name: "Good service, one tap away." }).waitFor();
  }
});
