import { expect, test } from "@jest/globals";
import type { Locator, Page } from "playwright-core";
import { newRestaurant } from "../harness/new-restaurant.ts";
import {
  faultsOf,
  openBoardPage,
  openPage,
  overflowOf,
  phone,
  tapUntil,
} from "../harness/pages.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem();

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

/** On the phone of Rosa, an owner: an invitation for Ben and another one for herself. */
async function inviteOnPhone(rosa: Page, invitation: string) {
  const join = rosa.getByRole("button", { name: "Join" });
  const replaces = rosa.getByTestId("replaces");
  await rosa.goto(invitation);
  await join.waitFor();
  expect(await replaces.count()).toBe(0);
  await join.click();
  await rosa.getByRole("heading", { name: "Ready to open" }).waitFor();

  await rosa.goto(new URL("/manage#team", invitation).href);
  const invite = async (button: Locator): Promise<string> => {
    await button.click();
    const url = await rosa.getByTestId("invitation-url").textContent();
    await rosa.getByRole("button", { name: "Close" }).click();
    return url ?? "";
  };
  await rosa.getByLabel("Name", { exact: true }).fill("Ben");
  const other = await invite(rosa.getByRole("button", { name: "Add and invite" }));
  const own = await invite(rosa.getByRole("button", { name: "Invite Rosa" }));
  return { join, replaces, other, own };
}

test("a phone that is signed in says whose session an invitation for another ends", async () => {
  const { invitation } = await newRestaurant(system, "luna", "Luna");
  await using rosa = await openPage(browser, { viewport: { width: 320, height: 640 } });
  const { replaces, other, own } = await inviteOnPhone(rosa, invitation);
  await rosa.goto(other);
  await replaces
    .getByText("Rosa is signed in on this device. If you join here, that ends.")
    .waitFor();
  expect(await faultsOf(rosa)).toEqual([]);
  expect(await overflowOf(rosa)).toBe(0);
  await rosa.goto(own);
  await rosa.getByText("Welcome, Rosa").waitFor();
  expect(await replaces.count()).toBe(0);
  // She has read it, and is still signed in.
  await rosa.goto(new URL("/manage", invitation).href);
  await rosa.getByRole("heading", { name: "Ready to open" }).waitFor();
});

test("/join takes a late answer about the session too: a lost one would end it", async () => {
  const { invitation } = await newRestaurant(system, "stella", "Stella");
  await using rosa = await openPage(browser);
  const { join, replaces, other } = await inviteOnPhone(rosa, invitation);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await rosa.route("**/api/auth/refresh", async (route) => {
    await released;
    await route.continue().catch(() => undefined);
  });
  await rosa.goto(other);
  // The page waits no longer to show the invitation.
  await join.waitFor();
  expect(await replaces.count()).toBe(0);
  release();
  await replaces.getByText("Rosa is signed in on this device.").waitFor();
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

test.each([
  ["en", "anna"],
  ["ar", "ben"],
] as const)(
  "on a phone (%s) the board's head has two rows, and all of it is in reach",
  async (language, person) => {
    await using page = await openBoardPage(browser, system, person, {
      viewport: phone,
      locale: language,
    });
    const duty = page.getByTestId("duty");
    await duty.waitFor();
    const rows = () =>
      page.evaluate(() => {
        const items = document.querySelectorAll(
          ".board-head h1, .board-head .live, .board-head button",
        );
        return [...items].flatMap((item) => {
          const { top, height } = item.getBoundingClientRect();
          return height === 0 ? [] : [top + height / 2];
        });
      });
    for (const state of ["off", "on"]) {
      const middles = await rows();
      // Middles of one row differ by less than half a button.
      const first = Math.min(...middles);
      const second = Math.max(...middles);
      expect(middles.filter((at) => at - first > 20 && second - at > 20)).toEqual([]);
      expect(second - first).toBeLessThan(80);
      await expect(overflowOf(page)).resolves.toBe(0);
      for (const control of await page.locator(".board-strip button").all()) {
        // Scrolls to it, and asks whether a click would reach it.
        await control.click({ trial: true });
        expect((await control.boundingBox())?.height).toBeGreaterThanOrEqual(44);
      }
      const onDuty = page.locator('[data-testid="duty"][data-state="on"]');
      if (state === "off") await tapUntil(duty.locator("button:not(.push-mark)").first(), onDuty);
    }
  },
);
