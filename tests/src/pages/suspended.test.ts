import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { suspend } from "../harness/change-behind.ts";
import { openManage } from "../harness/manage-page.ts";
import { openBoardPage, openPage, openTable, tableUrl } from "../harness/pages.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem();

test("a page whose document knows of no suspension is not loaded again and again", async () => {
  let documents = 0;
  const problem = { status: 403, code: "tenant_suspended", title: "This restaurant is suspended" };
  const prepare = async (page: Page) => {
    page.on("request", (request) => (documents += request.isNavigationRequest() ? 1 : 0));
    for (const path of ["**/api/guest/sessions", "**/api/auth/refresh"])
      await page.route(path, (route) =>
        route.fulfill({ status: 403, contentType: "application/problem+json", json: problem }),
      );
  };
  for (const url of [tableUrl(system, 1), `${system.file.tenantOrigin}/board`]) {
    documents = 0;
    await using page = await openPage(browser, { prepare });
    await page.goto(url);
    await sleep(8_000);
    expect(documents).toBe(2);
  }
}, 60_000);

test("the pages that are open when a restaurant is suspended say so", async () => {
  await using guest = await openTable(browser, system, 0);
  await guest.locator(".notice-bar[data-state='live']").waitFor({ state: "attached" });
  await using board = await openBoardPage(browser, system, "anna");
  await using wall = await openBoardPage(browser, system, "ben", { path: "/wall" });
  await using manage = await openManage(browser, system, "owner", "floor");
  await using login = await openPage(browser);
  await login.goto(`${system.file.tenantOrigin}/login`);
  await login.locator("#email").fill("anna@example.com");
  await login.locator("#password").fill("some password");
  await suspend(system, "demo");
  for (const page of [guest, board, wall, manage])
    await page
      .getByText("This restaurant does not take calls here at the moment.")
      .waitFor({ timeout: 60_000 });
  await login.locator("button[type='submit']").click();
  await login.getByText("This restaurant does not take calls here at the moment.").waitFor();
  expect(await login.locator("#email").count()).toBe(0);
}, 120_000);
