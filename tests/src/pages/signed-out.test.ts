import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { waitFor } from "@waiter/testkit";
import type { Page } from "playwright-core";
import { faultsOf, openBoardPage, signIn, tapUntil } from "../harness/pages.ts";
import { shareSystem } from "../harness/share-system.ts";

/** A person who leaves a device while the api cannot be reached. */
const { system, browser } = shareSystem();

const logout = "**/api/auth/logout";
const told = (page: Page) => page.getByText(/^Signed out on this device\./);

async function signOutUnheard(page: Page): Promise<void> {
  await page.route(logout, (route) => route.abort());
  const signOut = page.getByRole("button", { name: "Sign out" });
  await tapUntil(page.getByTestId("menu"), signOut);
  await tapUntil(signOut, page.locator("#email"));
}
const hasSession = async (page: Page) =>
  (await page.context().cookies()).some(
    ({ name, value }) => name.endsWith("refresh") && value !== "",
  );

test("a sign-out without network is undone by no reload, and done once it is back", async () => {
  await using page = await openBoardPage(browser, system, "anna");
  await signOutUnheard(page);
  await told(page).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  for (const path of ["/board", "/wall", "/manage"]) {
    await page.goto(`${system.file.tenantOrigin}${path}`);
    await page.locator("#email").waitFor();
    await told(page).waitFor();
  }
  expect(await hasSession(page)).toBe(true);
  await page.unroute(logout);
  await told(page).waitFor({ state: "detached", timeout: 45_000 });
  expect(await hasSession(page)).toBe(false);
  await page.reload();
  await page.locator("#email").waitFor();
}, 120_000);

test("the next person's session outlives a sign-out that the api did not hear", async () => {
  await using page = await openBoardPage(browser, system, "anna");
  await signOutUnheard(page);
  await signIn(page, system, "ben");
  await page.locator("[data-testid='connection'][data-state='live']").waitFor();
  await page.unroute(logout);
  await page.reload();
  await page.locator("[data-testid='connection'][data-state='live']").waitFor();
  await waitFor(() => hasSession(page), 5_000, "the session of the next person");
}, 120_000);

test("a sign-out without network ends the push subscription; a sign-in page alone does not", async () => {
  await using page = await openBoardPage(browser, system, "anna", {
    permissions: ["notifications"],
    before: () => {
      const { prototype } = PushManager;
      let isSubscribed = true;
      const unsubscribe = () => Promise.resolve(!(isSubscribed = false));
      prototype.getSubscription = () =>
        Promise.resolve(isSubscribed ? ({ unsubscribe } as PushSubscription) : null);
    },
  });
  const isSubscribed = () =>
    page.evaluate(async () => {
      const { pushManager } = await navigator.serviceWorker.ready;
      return (await pushManager.getSubscription()) !== null;
    });
  expect(await isSubscribed()).toBe(true);
  await signOutUnheard(page);
  await waitFor(async () => !(await isSubscribed()), 10_000, "the end of the subscription");
}, 120_000);

test.each(["this tab", "another tab"])(
  "a sign-out under way does not end the session of a person who signs in in %s",
  async (where) => {
    await using page = await openBoardPage(browser, system, "anna");
    const { promise: held, resolve: send } = Promise.withResolvers<void>();
    await page.route(logout, async (route) => {
      await held;
      await route.continue().catch(() => undefined);
    });
    const signOut = page.getByRole("button", { name: "Sign out" });
    await tapUntil(page.getByTestId("menu"), signOut);
    await tapUntil(signOut, page.locator("#email"));
    const next = where === "this tab" ? page : await page.context().newPage();
    if (next !== page) {
      await next.route(logout, (route) => route.abort());
      await next.goto(`${system.file.tenantOrigin}/board`);
    }
    await signIn(next, system, "ben");
    await next.locator("[data-testid='connection'][data-state='live']").waitFor();
    send();
    await told(page).waitFor({ state: "detached" });
    await sleep(2_000);
    expect(await hasSession(next)).toBe(true);
  },
  120_000,
);

test("a sign-out that a suspended restaurant refuses is done once it is resumed", async () => {
  await using page = await openBoardPage(browser, system, "anna");
  await signOutUnheard(page);
  await told(page).waitFor();
  let refused = 0;
  await page.unroute(logout);
  await page.route(logout, (route) => {
    refused++;
    const json = { status: 403, code: "tenant_suspended", title: "This restaurant is suspended" };
    return route.fulfill({ status: 403, contentType: "application/problem+json", json });
  });
  await waitFor(() => refused > 0, 45_000, "a refusal");
  await sleep(500);
  expect(await told(page).count()).toBe(1);
  await page.unroute(logout);
  await told(page).waitFor({ state: "detached", timeout: 45_000 });
  expect(await hasSession(page)).toBe(false);
}, 120_000);
