import { expect, test } from "@jest/globals";
import type { Locator, Page } from "playwright-core";
import { openManage, openSheet } from "../harness/manage-page.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem();

const card = (page: Page, name: string) => page.getByRole("region", { name });
const save = (one: Locator) => one.getByRole("button", { name: "Save" }).click();
const saved = (one: Locator) => one.getByText("Not saved yet").waitFor({ state: "detached" });

test("hours that overlap are marked; spans past midnight and single days are kept", async () => {
  await using page = await openManage(browser, system, "owner", "settings");
  const hours = card(page, "Opening hours");
  await hours.getByText("Open at these hours").click();
  await hours.getByRole("button", { name: "Add hours: Monday" }).click();
  const opens = hours.getByLabel("Monday: opens at").nth(1);
  await opens.fill("20:00");
  await save(hours);
  await hours.getByText("These hours overlap with others.").first().waitFor();
  await opens.fill("23:00");
  await hours.getByLabel("Monday: closes at").nth(1).fill("02:00");
  await hours.getByRole("button", { name: "Add a day" }).click();
  await hours.getByLabel("Date").fill("2026-12-25");
  await save(hours);
  await saved(hours);
  await page.reload();
  await hours.getByText("next day").waitFor();
  expect(await hours.getByLabel("Date").inputValue()).toBe("2026-12-25");
});

test("a date that is chosen twice is refused, and nothing of it is lost", async () => {
  await using page = await openManage(browser, system, "owner", "settings");
  const hours = card(page, "Opening hours");
  await hours.getByText("Open at these hours").click();
  const add = hours.getByRole("button", { name: "Add a day" });
  const before = await hours.getByLabel("Date").count();
  for (const index of [before, before + 1]) {
    await add.click();
    await hours.getByLabel("Date").nth(index).fill("2027-01-01");
  }
  await hours.getByText("This date is in the list twice.").waitFor();
  await save(hours);
  await hours.getByLabel("Date").last().fill("2027-01-02");
  await save(hours);
  await saved(hours);
  await page.reload();
  await hours.getByLabel("Date").first().waitFor();
  expect(await hours.getByLabel("Date").count()).toBe(before + 2);
});

test("the picture of the policy follows what is typed; steps that do not rise are marked", async () => {
  await using page = await openManage(browser, system, "owner", "settings");
  const policy = card(page, "Who is rung, and when");
  const second = policy.getByLabel("After seconds").first();
  await second.fill("90");
  await page.getByTestId("policy-picture").getByText("1 min 30 s").waitFor();
  await save(policy);
  await policy.getByText("Each step must be later than the one before.").first().waitFor();
  await second.fill("45");
  await save(policy);
  await saved(policy);
  await page.reload();
  await page.getByTestId("policy-picture").getByText("45 s").waitFor();
});

test("a pale colour is refused with the nearest that can be read; a logo is shown", async () => {
  await using page = await openManage(browser, system, "owner", "settings");
  const look = card(page, "Logo and colour");
  await look.getByLabel("Colour", { exact: true }).fill("#ffcc00");
  await save(look);
  await look.getByRole("button", { name: /^Use #/ }).click();
  await save(look);
  await saved(look);
  expect(await look.getByLabel("Colour", { exact: true }).inputValue()).toBe("#876c00");

  const picture = { name: "logo.png", mimeType: "image/png", buffer: await page.screenshot() };
  await page.locator("#logo-file").setInputFiles(picture);
  await page.getByRole("img", { name: "Logo" }).waitFor();
  await page.locator("#logo-file").setInputFiles({ ...picture, mimeType: "image/gif" });
  await page.getByText("This is no PNG, JPEG or WebP picture.").waitFor();
});

test("a webhook's secret is shown once, and a test says why it does not arrive", async () => {
  await using page = await openManage(browser, system, "owner", "settings");
  const channel = card(page, "Second channel");
  await channel.getByLabel("Kind").selectOption("webhook");
  await channel.getByLabel("Address").fill("https://127.0.0.1/hook");
  await save(channel);
  expect(await page.getByTestId("secret").textContent()).toMatch(/^whsec_/);
  await page.keyboard.press("Escape");
  await channel.getByRole("button", { name: "Send a test" }).click();
  await channel.getByText("The test did not arrive: this address is not allowed.").waitFor();
  await page.reload();
  await channel.getByLabel("Address").waitFor();
  expect(await page.getByTestId("secret").count()).toBe(0);
});

test("two cards are saved by two people without a conflict", async () => {
  await using owner = await openManage(browser, system, "owner", "settings");
  await using manager = await openManage(browser, system, "manager", "settings");
  const wifi = card(manager, "Wi-Fi for guests");
  await wifi.getByLabel("Name of the network").fill("Garden");
  const general = card(owner, "Restaurant");
  await general.getByLabel("Name of the restaurant").fill("Trattoria Nuova");
  await save(general);
  await saved(general);
  await save(wifi);
  await saved(wifi);
  await card(owner, "Wi-Fi for guests").locator("input").first().waitFor();
  await owner.waitForFunction(() =>
    [...document.querySelectorAll("input")].some(({ value }) => value === "Garden"),
  );
});

test("a new button with its translation is on the guest page's list", async () => {
  await using page = await openManage(browser, system, "owner", "types");
  const sheet = await openSheet(page.getByRole("button", { name: "New button" }));
  await sheet.getByLabel("Text of the button").fill("High chair");
  await sheet.getByLabel("Text in Deutsch").fill("Kinderstuhl");
  await sheet.getByLabel("Late after minutes").fill("5");
  await save(sheet);
  await sheet.waitFor({ state: "detached" });
  await page.getByText("late after 5 min").waitFor();
  await using german = await openManage(browser, system, "manager", "types", { locale: "de" });
  await german.getByText("Kinderstuhl").waitFor();
});
