import { beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { openManage, goToPart } from "../harness/manage-page.ts";
import { call, sitDown } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

/** /manage while the network is away for a while, or slow. */
const { system, browser } = shareSystem();

beforeAll(async () => {
  await call(system, await sitDown(system, 1), "water");
}, 180_000);

const unreachable = (page: Page) => page.getByText(/^We cannot reach the server/).first();
/** Holds calls until the function that it returns is called. */
async function hold(page: Page, path: string, method: string): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(path, async (route) => {
    if (route.request().method() === method) await promise;
    await route.continue();
  });
  return resolve;
}
const pause = (page: Page, ms: number) =>
  page.evaluate((time) => new Promise((resolve) => setTimeout(resolve, time)), ms);

test.each([
  ["team", "**/api/staff*", "[data-does^='person:']"],
  ["requests", "**/api/requests?limit=25*", "[data-does^='request:']"],
])(
  "a part that could not be read twice is read again: %s",
  async (part, path, row) => {
    await using page = await openManage(browser, system, "owner", "floor");
    // The page follows events by then: none of them comes.
    await pause(page, 3_000);
    let lost = 0;
    await page.route(path, async (route) => {
      lost++;
      await route.abort();
    });
    await page.locator(`[data-does="tab:${part}"]`).click();
    await unreachable(page).waitFor();
    // Three attempts each: the second reading has failed, too.
    while (lost < 6) await pause(page, 500);
    await pause(page, 3_000);
    await page.unroute(path);
    await page.locator(row).first().waitFor({ timeout: 30_000 });
    expect(await unreachable(page).count()).toBe(0);
  },
  90_000,
);

test("a search that is on its way says so, and a failed one shows no rows of another", async () => {
  await using page = await openManage(browser, system, "owner", "floor");
  const search = "**/api/requests?limit=25*";
  const send = await hold(page, search, "GET");
  await goToPart(page, "requests");
  await page.getByText("One moment…").waitFor();
  send();
  const row = page.locator("[data-does^='request:']").first();
  await row.waitFor();
  await page.unroute(search);
  await page.route(search, (route) => route.abort());
  await page.getByLabel("State").selectOption("expired");
  await unreachable(page).waitFor();
  expect(await row.count()).toBe(0);
}, 60_000);

test("what is typed while it is being saved stays", async () => {
  await using page = await openManage(browser, system, "owner", "settings");
  const save = await hold(page, "**/api/settings", "PATCH");
  const card = page.getByRole("region", { name: "Wi-Fi for guests" });
  const name = card.getByLabel("Name of the network");
  await name.fill("Garden");
  await card.getByRole("button", { name: "Save" }).click();
  await name.fill("Garden 2");
  save();
  await page.getByText("Saved.").waitFor();
  expect(await name.inputValue()).toBe("Garden 2");
  await card.getByText("Not saved yet").waitFor();

  await goToPart(page, "floor");
  const add = await hold(page, "**/api/tables", "POST");
  const tables = page.getByLabel("New tables");
  await tables.fill("Bar 1");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await tables.fill("Bar 2");
  add();
  await page.getByText("1 table added.").waitFor();
  expect(await tables.inputValue()).toBe("Bar 2");
}, 60_000);

test("an invitation's link is copied where the page has no HTTPS", async () => {
  await using page = await openManage(browser, system, "owner", "team", {
    before: () => Object.defineProperty(navigator, "clipboard", { value: undefined }),
  });
  await page.getByRole("button", { name: "Invite Ben" }).click();
  const link = await page.getByTestId("invitation-url").textContent();
  await page.getByRole("button", { name: "Copy the link" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  expect(await page.evaluate(() => getSelection()?.toString().trim())).toBe(link);
});

test("an order that another person has changed meanwhile is a whole sentence", async () => {
  await using page = await openManage(browser, system, "owner", "floor");
  await page.route("**/api/tables/order", (route) =>
    route.fulfill({
      status: 409,
      contentType: "application/problem+json",
      json: { code: "conflict", status: 409, title: "Conflict", ids: [], version: 1 },
    }),
  );
  await page.locator("[data-handle]").first().focus();
  await page.keyboard.press("ArrowDown");
  await page.getByText("Somebody else has just changed this. Please look at it").waitFor();
});

test("a photo of any detail is made small enough for a logo", async () => {
  await using page = await openManage(browser, system, "owner", "settings");
  const noise = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 700;
    const context = canvas.getContext("2d");
    const picture = context?.createImageData(700, 700);
    if (context === null || picture === undefined) throw new Error("no canvas");
    picture.data.forEach((_byte, index) => {
      picture.data[index] = index % 4 === 3 ? 255 : Math.random() * 256;
    });
    context.putImageData(picture, 0, 0);
    return canvas.toDataURL("image/png").split(",")[1] ?? "";
  });
  const buffer = Buffer.from(noise, "base64");
  expect(buffer.length).toBeGreaterThan(512 * 1_024);
  await page.locator("#logo-file").setInputFiles({ name: "a.png", mimeType: "image/png", buffer });
  await page.getByText("Saved.").waitFor();
}, 60_000);
