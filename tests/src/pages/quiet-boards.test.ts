import { beforeAll, expect, test } from "@jest/globals";
import { faultsOf, openBoardPage, openPage, signIn, tapUntil } from "../harness/pages.ts";
import { call, openBoard, requestOf, sitDown } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

/** A screen that shows no request says so only where there is none. */
const { system, browser } = shareSystem();

beforeAll(async () => {
  await call(system, await sitDown(system, 1), "water");
}, 180_000);

test("a wall that has read no board does not say that nothing is waiting", async () => {
  await using page = await openPage(browser, { viewport: { width: 1280, height: 800 } });
  await page.route("**/api/board", (route) => route.abort());
  await page.goto(`${system.file.tenantOrigin}/wall`);
  await signIn(page, system, "anna");
  await page.locator(".wall-count").waitFor();
  expect(await page.locator(".wall-count").textContent()).toBe("One moment…");
  await page.unroute("**/api/board");
  await page.getByText("1 waiting").waitFor({ timeout: 60_000 });
}, 90_000);

test("a list that a filter empties is not quiet, and leads to all requests", async () => {
  await using page = await openBoardPage(browser, system, "anna");
  await page.getByTestId("request").first().waitFor();
  const here = page.getByText("Nothing in this list.");
  await tapUntil(page.getByRole("button", { name: "Yours 0" }), here);
  expect(await page.getByText("All quiet.").count()).toBe(0);
  expect(await faultsOf(page)).toEqual([]);
  const card = page.getByTestId("request").first();
  await tapUntil(page.getByRole("button", { name: "Show all: 1" }), card);
});

test("the installed app's icon counts nothing after a sign-out", async () => {
  await using page = await openBoardPage(browser, system, "anna", {
    before: () =>
      Object.assign(navigator, {
        setAppBadge: (count: number) => {
          document.documentElement.dataset["badge"] = String(count);
          return Promise.resolve();
        },
      }),
  });
  const badge = (count: string) => page.locator(`html[data-badge="${count}"]`);
  await badge("1").waitFor();
  const signOut = page.getByRole("button", { name: "Sign out" });
  await tapUntil(page.getByTestId("menu"), signOut);
  await tapUntil(signOut, page.locator("#email"));
  await badge("0").waitFor();
});

test("a request that is gone after the board was read again is not called done", async () => {
  using colleague = await openBoard(system);
  const made = requestOf(await call(system, await sitDown(system, 3), "bill"));
  await using page = await openPage(browser, {
    prepare: async (opened) => {
      await opened.routeWebSocket(/socket\.io/, (socket) => void socket.close());
      await opened.route("**/api/events?*", (route) =>
        route.fulfill({
          status: 410,
          contentType: "application/problem+json",
          json: { code: "reset_required", status: 410, title: "Read the board" },
        }),
      );
    },
  });
  await page.goto(`${system.file.tenantOrigin}/board`);
  await signIn(page, system, "anna");
  const card = page.locator(`[data-id='${made.id}']`);
  await card.waitFor();
  await colleague.dismiss(made.id, "By mistake");
  await card.getByText("That request is no longer open.").waitFor({ timeout: 30_000 });
}, 60_000);
