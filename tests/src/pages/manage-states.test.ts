import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { closeSheet, goToPart, openManage, openSheet } from "../harness/manage-page.ts";
import { newRestaurant, runWaiter } from "../harness/new-restaurant.ts";
import { enlargeText, faultsOf, openPage, overflowOf, phone } from "../harness/pages.ts";
import { call, sitDown } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem();

beforeAll(async () => {
  await call(system, await sitDown(system, 0), "bill");
}, 180_000);

/** Accessible, no wider than its window, and every control at least 44 px high and wide. */
async function expectGood(page: Page): Promise<void> {
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map(({ finished }) => finished)),
  );
  expect(await faultsOf(page)).toEqual([]);
  expect(await overflowOf(page)).toBeLessThanOrEqual(0);
  const small = await page
    .locator("button, a.button, select, summary, input:not([type=range])")
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
  ["320 px", { viewport: { width: 320, height: 640 } }],
  ["1280 px, dark", { viewport: { width: 1280, height: 800 }, colorScheme: "dark" }],
  ["right to left", { viewport: { width: 390, height: 844 }, locale: "ar" }],
] as const;

describe.each(looks)("in %s", (_name, look) => {
  test("every part of /manage and every sheet is accessible", async () => {
    await using page = await openManage(browser, system, "owner", "setup", look);
    await expectGood(page);
    for (const [part, opener] of [
      ["floor", "[data-does^='table:']"],
      ["types", "[data-does^='type:']"],
      ["requests", "[data-does^='request:']"],
      ["team", "[data-does^='person:']"],
    ] as const) {
      await goToPart(page, part);
      const first = page.locator(opener).first();
      await first.waitFor();
      await expectGood(page);
      await openSheet(first);
      await page.getByRole("dialog").locator("[aria-busy='true']").waitFor({ state: "detached" });
      await expectGood(page);
      await closeSheet(page);
    }
    await goToPart(page, "settings");
    await page.locator("input[name='hours-kind']").nth(1).check();
    await expectGood(page);
    await goToPart(page, "codes");
    await page.locator(".code-scan p").first().waitFor();
    await expectGood(page);
  });
});

const narrow = [
  ["at 100 %", { viewport: phone }, 100],
  ["at 200 %", { viewport: phone }, 200],
  ["right to left", { viewport: phone, locale: "ar" }, 100],
] as const;

test.each(narrow)(
  "with text %s a phone has one row of tabs, the current one in view",
  async (_what, look, percent) => {
    await using page = await openManage(browser, system, "owner", "floor", look);
    await enlargeText(page, percent);
    const tabs = page.locator(".manage-tabs a");
    const isWhole = (tab: Element) => {
      const { left, right } = tab.getBoundingClientRect();
      return left >= 0 && right <= innerWidth;
    };
    const rows = await tabs.evaluateAll((links) => [
      ...new Set(links.map((link) => link.getBoundingClientRect().top)),
    ]);
    expect(rows).toHaveLength(1);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    for (const part of ["codes", "floor", "settings"]) {
      await goToPart(page, part);
      await page.waitForFunction(
        `(${isWhole.toString()})(document.querySelector(".manage-tabs [aria-current='page']"))`,
      );
    }
    await tabs.first().focus();
    for (let index = 0; index < (await tabs.count()); index += 1) {
      expect(await tabs.nth(index).evaluate((tab) => tab === document.activeElement)).toBe(true);
      expect(await tabs.nth(index).evaluate(isWhole)).toBe(true);
      await page.keyboard.press("Tab");
    }
  },
);

test.each(["de", "es"])("the title of /manage is one line of a phone in %s", async (locale) => {
  await using page = await openManage(browser, system, "owner", "floor", {
    viewport: phone,
    locale,
  });
  const lines = await page.locator(".manage-name h1").evaluate((title) => {
    const range = document.createRange();
    range.selectNodeContents(title);
    return range.getClientRects().length;
  });
  expect(lines).toBe(1);
});

describe("/join", () => {
  const problem = (page: Page) => page.getByTestId("join-problem");

  test("says why an invitation cannot be used, and what to do", async () => {
    const { invitation } = await newRestaurant(system, "dead-ends", "Dead ends");
    await using page = await openPage(browser);
    await page.goto(invitation.replace(/#.*/, "#unknown"));
    await problem(page).getByText("This invitation is not valid.").waitFor();
    await expectGood(page);

    await runWaiter(system, "staff", "invite", "--slug", "dead-ends");
    await page.goto(invitation);
    await problem(page).getByText("A newer invitation replaced this one.").waitFor();
    await expectGood(page);

    const next = await runWaiter(system, "staff", "invite", "--slug", "dead-ends");
    const { url } = next["invitation"] as { url: string };
    await page.goto(url);
    await page.getByText("Welcome, Rosa").waitFor();
    await expectGood(page);
    await page.getByRole("button", { name: "Join", exact: true }).click();
    await page.getByRole("heading", { name: "Ready to open" }).waitFor();
    await page.goto(url);
    await problem(page).getByText("This invitation has been used.").waitFor();
    await expectGood(page);
  });

  test("an invitation that is read late replaces no invitation opened later", async () => {
    await using page = await openPage(browser);
    const held = Promise.withResolvers<void>();
    await page.route("**/api/auth/invitation", async (route) => {
      const { invitation } = route.request().postDataJSON() as { invitation: string };
      if (invitation === "First") await held.promise;
      await route.fulfill({ json: { restaurant: "Demo", name: invitation, role: "waiter" } });
    });
    await page.goto(`${system.file.tenantOrigin}/join#First`);
    await page.getByText("Reading your invitation…").waitFor();
    await page.evaluate(() => (location.hash = "Second"));
    await page.getByText("Welcome, Second").waitFor();
    const late = page.waitForResponse("**/api/auth/invitation");
    held.resolve();
    await (await late).finished();
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    expect(await page.getByText("Welcome, Second").count()).toBe(1);
  });

  test("a short password that is folded away is refused with words", async () => {
    const { invitation } = await newRestaurant(system, "short-password", "Short password");
    await using page = await openPage(browser);
    await page.goto(invitation);
    const options = page.getByText("Device name or password (optional)");
    await options.click();
    await page.getByLabel(/^Password/).pressSequentially("abc");
    await options.click();
    await page.getByRole("button", { name: "Join", exact: true }).click();
    await problem(page).getByText("At least 8 characters, please.").waitFor();
    await options.click();
    await page.getByLabel(/^Password/).fill("long enough");
    await page.getByRole("button", { name: "Join", exact: true }).click();
    await page.getByRole("heading", { name: "Ready to open" }).waitFor();
  });

  test("a lost answer signs the same device in, also after a reload", async () => {
    const { invitation } = await newRestaurant(system, "lost-answer", "Lost answer");
    await using page = await openPage(browser, {
      before: () => {
        const send = globalThis.fetch;
        globalThis.fetch = async (input, init) => {
          const answer = await send(input, init);
          if (input !== "/api/auth/join" || sessionStorage.getItem("lost") !== null) return answer;
          sessionStorage.setItem("lost", "once");
          location.reload();
          throw new TypeError("the answer is lost");
        };
      },
    });
    await page.goto(invitation);
    await page.getByRole("button", { name: "Join", exact: true }).click();
    await page.getByRole("heading", { name: "Ready to open" }).waitFor();
  });

  test("an iPhone keeps the invitation for the app that it installs", async () => {
    const { invitation } = await newRestaurant(system, "iphone", "iPhone");
    await using page = await openPage(browser, {
      userAgent:
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1",
    });
    await page.goto(invitation);
    await page.getByText("Choose “Add to Home Screen”.").waitFor();
    await expectGood(page);
    const manifest = await page.evaluate(async () => {
      const link = document.querySelector<HTMLLinkElement>("link[rel='manifest']");
      const text = decodeURIComponent(link?.href.split(",").slice(1).join(",") ?? "");
      return JSON.parse(text) as { start_url: string; display: string };
    });
    expect(manifest).toMatchObject({ start_url: invitation, display: "standalone" });
    await page.getByRole("button", { name: /this phone will not ring/ }).click();
    await page.getByRole("button", { name: "Join", exact: true }).click();
    await page.getByRole("heading", { name: "Ready to open" }).waitFor();
  });
});
