import { describe, expect, test } from "@jest/globals";
import type { Locator, Page } from "playwright-core";
import { Keyboard } from "../harness/keyboard.ts";
import { newRestaurant } from "../harness/new-restaurant.ts";
import { openPage, openTable, phone } from "../harness/pages.ts";
import { call, requestOf, sitDown } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

/** Every page without a mouse: reached by Tab, run by Enter and Space, left by Escape. */
const { system, browser } = shareSystem();

const oneJourneyMs = 60_000;
const desktop = { viewport: { width: 1280, height: 800 } } as const;
const dialogOf = (page: Page) => page.getByRole("dialog");

/** Types an address and a password into the sign-in that `path` shows. */
async function signIn(page: Page, path: string, email: string, password: string) {
  await page.goto(`${system.file.tenantOrigin}${path}`);
  const keys = new Keyboard(page);
  await keys.isOn(page.locator("#email"));
  await page.keyboard.type(email);
  await keys.reach(page.locator("#password"));
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  return keys;
}

async function signInAs(page: Page, name: "anna" | "ben", path = "/login"): Promise<Keyboard> {
  const member = system.file.staffMembers.find(({ email }) => email.startsWith(name));
  if (member === undefined) throw new Error(`the demo has no ${name}`);
  const keys = await signIn(page, path, member.email, member.password);
  await page.locator("[data-testid='connection'][data-state='live']").waitFor();
  return keys;
}

describe("the guest page", () => {
  test(
    "a request is made, looked at, cancelled and taken back, and the focus is kept",
    async () => {
      await using page = await openTable(browser, system, 0);
      const keys = new Keyboard(page);
      const water = page.locator("[data-does$=':water']");
      await keys.press(page.locator("[data-does='call:water']"));
      await page.locator("[data-does='show:water']").waitFor();
      await keys.isOn(water);
      // Within a second the page takes another press for the second half of a double tap.
      await page.reload();

      await keys.opensAndCloses(page.locator("[data-does='show:water']"));
      await page.keyboard.press("Enter");
      await keys.press(dialogOf(page).getByRole("button", { name: /^Cancel/ }));
      await page.locator("[data-does='call:water']").waitFor();
      await keys.isOn(water);
      await keys.press(page.getByTestId("toast").getByRole("button", { name: "Undo" }));
      await page.locator("[data-does='show:water']").waitFor();
      await keys.isSomewhere();
    },
    oneJourneyMs,
  );

  test(
    "a guest chooses how to pay",
    async () => {
      await using page = await openTable(browser, system, 1);
      const keys = new Keyboard(page);
      await keys.press(page.locator("[data-does='call:bill']"));
      await keys.press(dialogOf(page).getByRole("button", { name: "Card" }), "Space");
      await page.locator("[data-does='show:bill']").waitFor();
      await keys.isOn(page.locator("[data-does='show:bill']"));
    },
    oneJourneyMs,
  );

  test(
    "a guest writes a message",
    async () => {
      await using page = await openTable(browser, system, 2);
      const keys = new Keyboard(page);
      await keys.press(page.locator("button.write"));
      await keys.isOn(page.locator("#note"));
      await page.keyboard.type("A high chair");
      await keys.press(dialogOf(page).getByRole("button", { name: "Send", exact: true }));
      await page.locator("[data-does='show:other']").waitFor();
      await keys.isOn(page.locator("button.write"));
    },
    oneJourneyMs,
  );

  test(
    "a guest chooses another language",
    async () => {
      await using page = await openTable(browser, system, 3);
      const keys = new Keyboard(page);
      const menu = page.locator(".language select");
      await keys.reach(menu);
      await page.keyboard.press("d");
      await page.locator("html[lang='de']").waitFor({ state: "attached" });
      await page.getByText("Was dürfen wir für Sie tun?").waitFor();
      await keys.isOn(menu);
    },
    oneJourneyMs,
  );
});

describe("the board", () => {
  test(
    "a request is taken, done and undone",
    async () => {
      const made = requestOf(await call(system, await sitDown(system, 4), "water"));
      await using page = await openPage(browser, desktop);
      const keys = await signInAs(page, "anna");
      const card = page.locator(`[data-id='${made.id}']`);
      const complete = card.locator("[data-does^='complete:']");
      await keys.press(card.locator("[data-does^='claim:']"));
      await complete.waitFor();
      await keys.isSomewhere();
      await keys.press(complete);
      await keys.isSomewhere();

      const menu = page.getByTestId("menu");
      await keys.press(menu);
      await keys.press(dialogOf(page).getByRole("button", { name: /^Undo: .*done\.$/ }));
      await complete.waitFor();
      await keys.isIn(dialogOf(page));
      await keys.closes(menu);
    },
    oneJourneyMs,
  );

  test(
    "a request is handed back",
    async () => {
      const made = requestOf(await call(system, await sitDown(system, 5), "water"));
      await using page = await openPage(browser, desktop);
      const keys = await signInAs(page, "anna");
      const card = page.locator(`[data-id='${made.id}']`);
      const [claim, more] = [
        card.locator("[data-does^='claim:']"),
        card.locator("[data-does^='more:']"),
      ];
      await keys.press(claim);
      await card.locator("[data-does^='complete:']").waitFor();
      await keys.opensAndCloses(more);
      await page.keyboard.press("Enter");
      await keys.press(dialogOf(page).getByRole("button", { name: "Hand back" }));
      await claim.waitFor();
      await keys.isSomewhere();
    },
    oneJourneyMs,
  );

  test(
    "the list is filtered, and the sound turned off and on",
    async () => {
      await using page = await openPage(browser, desktop);
      const keys = await signInAs(page, "ben");
      const mine = page.getByRole("button", { name: /^Yours/ });
      await keys.press(mine, "Space");
      await page.locator("[aria-pressed='true']").filter({ hasText: "Yours" }).waitFor();
      await keys.isOn(mine);

      const menu = page.getByTestId("menu");
      await keys.press(menu);
      await keys.press(dialogOf(page).getByLabel("Sound on"), "Space");
      await keys.closes(menu);
      await keys.press(page.getByRole("button", { name: "Turn on sound" }));
      await page.getByTestId("silent").waitFor({ state: "detached" });
      await keys.isSomewhere();
    },
    oneJourneyMs,
  );
});

test(
  "the wall signs in and leads back to the board",
  async () => {
    await using page = await openPage(browser, { viewport: { width: 1920, height: 1080 } });
    const keys = await signInAs(page, "anna", "/wall");
    await keys.press(page.locator(".wall-head a[href='/board']"));
    await page.waitForURL(/\/board$/);
  },
  oneJourneyMs,
);

test(
  "after a wrong password the focus is in the password, and the page says why",
  async () => {
    await using page = await openPage(browser);
    const keys = await signIn(page, "/login", "guest@demo.example", "wrong password");
    await page.locator("#password[aria-invalid='true']").waitFor();
    await keys.isOn(page.locator("#password"));
    expect(await page.locator("#login-problem").textContent()).not.toBe("");
  },
  oneJourneyMs,
);

test(
  "an owner joins, adds tables and opens one",
  async () => {
    const { invitation } = await newRestaurant(system, "keys", "Keys");
    await using page = await openPage(browser, { viewport: phone });
    await page.goto(invitation);
    const keys = new Keyboard(page);
    await keys.press(page.locator(".join-form summary"));
    await keys.reach(page.locator("#device"));
    await page.keyboard.type("Kitchen phone");
    await keys.reach(page.locator(".join-form [type='submit']"), "Shift+Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Ready to open" }).waitFor();

    const floor = page.locator("[data-does='tab:floor']");
    await keys.press(floor);
    const labels = page.getByLabel("New tables");
    await labels.waitFor();
    await keys.isOn(floor);
    await keys.reach(labels);
    await page.keyboard.type("1 to 2");
    await page.keyboard.press("Enter");
    await keys.opensAndCloses(page.locator("[data-does^='table:']").first());
  },
  oneJourneyMs,
);

describe("/manage, where a press removes its own button", () => {
  const openManage = async (page: Page, part: string) => {
    const owner = system.file.staffMembers.find(({ role }) => role === "owner");
    if (owner === undefined) throw new Error("the demo has no owner");
    const keys = await signIn(page, `/manage#${part}`, owner.email, owner.password);
    await page.locator(".manage-main .part").first().waitFor();
    return keys;
  };

  test(
    "a table is muted and heard again, and the focus stays in its sheet",
    async () => {
      await using page = await openPage(browser, desktop);
      const keys = await openManage(page, "floor");
      const table = page.locator("[data-does^='table:']").first();
      await keys.press(table);
      const sheet = dialogOf(page);
      const [mute, unmute] = ["Mute", "End the mute"].map((name) =>
        sheet.getByRole("button", { name, exact: true }),
      ) as [Locator, Locator];
      await keys.press(mute);
      await unmute.waitFor();
      await keys.isIn(sheet);
      await keys.press(unmute);
      await mute.waitFor();
      await keys.isIn(sheet);
      await keys.closes(table);
    },
    oneJourneyMs,
  );

  test(
    "of two zones one is deleted: the focus goes to the other, then to the form",
    async () => {
      await using page = await openPage(browser, desktop);
      const keys = await openManage(page, "floor");
      const zones = page.getByRole("button", { name: "Zones", exact: true });
      await keys.press(zones);
      const sheet = dialogOf(page);
      const remove = async (name: string) => {
        const row = sheet.locator("li").filter({ hasText: name });
        await keys.press(row.locator("[aria-expanded]"));
        const button = row.getByRole("button", { name: "Delete zone" });
        await keys.press(button);
        await keys.isOn(row.getByRole("button", { name: "Keep" }));
        await keys.press(button);
        await row.waitFor({ state: "detached" });
      };
      for (const name of ["Attic", "Bar"]) {
        await keys.reach(sheet.getByLabel("New zone"));
        await page.keyboard.type(name);
        await page.keyboard.press("Enter");
        await sheet.locator("li").filter({ hasText: name }).waitFor();
      }
      await remove("Attic");
      await keys.isIn(sheet.locator("li").filter({ hasText: "Bar" }));
      await remove("Bar");
      await keys.isIn(sheet);
      await keys.closes(zones);
    },
    oneJourneyMs,
  );

  test(
    "opening hours are added and removed",
    async () => {
      await using page = await openPage(browser, desktop);
      const keys = await openManage(page, "settings");
      const monday = page.getByRole("group", { name: "Monday" });
      const removals = monday.getByRole("button", { name: /^Remove/ });
      await keys.reach(page.getByLabel("Always open"));
      await page.keyboard.press("ArrowDown");
      await monday.waitFor();
      const count = await removals.count();
      await keys.press(monday.getByRole("button", { name: /^Add/ }));
      await removals.nth(count).waitFor();
      await keys.press(removals.nth(count));
      await removals.nth(count).waitFor({ state: "detached" });
      await keys.isIn(monday);
    },
    oneJourneyMs,
  );
});

test(
  "the landing page leads to the sign-in",
  async () => {
    await using page = await openPage(browser);
    await page.goto(`${system.file.tenantOrigin}/`);
    await new Keyboard(page).press(page.locator("a[href='/login']"));
    await page.waitForURL(/\/login$/);
    await page.locator("#email").waitFor();
  },
  oneJourneyMs,
);
