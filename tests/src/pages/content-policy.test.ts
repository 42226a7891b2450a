import { beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { goToPart, openManage } from "../harness/manage-page.ts";
import { openBoardPage, openPage, openTable } from "../harness/pages.ts";
import { call, sitDown } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem();

beforeAll(async () => {
  await call(system, await sitDown(system, 1), "bill");
}, 180_000);

/** Remembers, over navigations, what the content security policy refused. */
const before = (): void =>
  addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile }) => {
    const refused = `${effectiveDirective} ${blockedURI} ${sourceFile} at ${location.pathname}`;
    sessionStorage.setItem("refused", `${sessionStorage.getItem("refused") ?? ""}${refused}\n`);
  });
const refusedIn = (page: Page): Promise<string> =>
  page.evaluate(() => sessionStorage.getItem("refused") ?? "");

test("guests' and staff's pages and the documentation keep to the content security policy", async () => {
  await using guest = await openTable(browser, system, 0, { before });
  expect(await refusedIn(guest)).toBe("");

  await using board = await openBoardPage(browser, system, "anna", { before });
  const request = board.getByTestId("request").first();
  await request.waitFor();
  await board.goto(`${system.file.tenantOrigin}/wall`);
  await request.waitFor();
  expect(await refusedIn(board)).toBe("");

  await using documents = await openPage(browser, { before });
  const { tenantOrigin } = system.file;
  for (const path of ["/", "/nothing", "/api/docs", "/api/docs/sockets"]) {
    await documents.goto(`${tenantOrigin}${path}`);
    await documents.locator("h1").first().waitFor();
  }
  expect(await refusedIn(documents)).toBe("");

  await documents.evaluate(() => {
    const style = document.createElement("style");
    style.textContent = "body { color: red }";
    document.head.append(style);
  });
  expect(await refusedIn(documents)).toMatch("style-src-elem inline");
});

test("/manage keeps to it, and its codes print on the chosen paper", async () => {
  await using page = await openManage(browser, system, "owner", "floor", { before });
  for (const part of ["team", "settings", "codes"]) await goToPart(page, part);
  await page.locator(".code-scan p").first().waitFor();
  const widthOf = async (): Promise<string | undefined> =>
    /MediaBox \[0 0 ([0-9]+)/.exec(
      (await page.pdf({ preferCSSPageSize: true })).toString("latin1"),
    )?.[1];
  for (const [paper, points] of [
    ["letter", "612"],
    ["A4", /^59[456]$/],
  ] as const) {
    await page.getByLabel("Paper").selectOption(paper);
    await expect(widthOf()).resolves.toMatch(points);
  }
  expect(await refusedIn(page)).toBe("");
});
