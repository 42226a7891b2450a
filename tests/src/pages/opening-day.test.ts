import { expect, test } from "@jest/globals";
import type { Locator, Page } from "playwright-core";
import { decodeCodes } from "../harness/decode-codes.ts";
import { newRestaurant } from "../harness/new-restaurant.ts";
import { openPage } from "../harness/pages.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem();

/** Hands of a person: they see words, click and type. Each click is counted. */
class Hands {
  clicks = 0;
  readonly started = Date.now();

  async click(what: Locator): Promise<void> {
    this.clicks++;
    await what.click();
  }
  get seconds(): number {
    return Math.round((Date.now() - this.started) / 100) / 10;
  }
}
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });
const link = (page: Page, name: string) => page.getByRole("link", { name, exact: true });

test("an owner opens a new restaurant by visible words, up to the first answered request", async () => {
  const { invitation } = await newRestaurant(system, "sole", "Sole");
  await using owner = await openPage(browser);
  await using waiter = await openPage(browser);
  await using guest = await openPage(browser);
  const hands = new Hands();

  await owner.goto(invitation);
  await owner.getByText("Welcome, Rosa").waitFor();
  await hands.click(button(owner, "Join"));
  await owner.getByRole("heading", { name: "Ready to open" }).waitFor();
  await owner.getByLabel("Name of the restaurant").fill("Trattoria Sole");
  await hands.click(owner.getByText("The same hours every day"));
  await owner.getByLabel(/opens at/).fill("00:00");
  await owner.getByLabel(/closes at/).fill("00:00");
  await hands.click(button(owner, "Save"));

  await hands.click(link(owner, "Add tables"));
  await owner.getByLabel("New tables").fill("1 to 12");
  await hands.click(button(owner, "Add"));
  await owner.getByText("12 tables added.").waitFor();

  await hands.click(link(owner, "Print codes"));
  await owner.evaluate(() => {
    globalThis.print = () => undefined;
  });
  await hands.click(button(owner, "Print"));
  const pdf = await owner.pdf({ preferCSSPageSize: true });
  const { pages, codes } = await decodeCodes(pdf);
  expect({ pages, codes: new Set(codes).size }).toEqual({ pages: 3, codes: 12 });

  await hands.click(link(owner, "Team"));
  await owner.getByLabel("Name", { exact: true }).fill("Mia");
  await hands.click(button(owner, "Add and invite"));
  const mia = await owner.getByText(/\/join#/).textContent();
  await waiter.goto(mia ?? "");
  await hands.click(button(waiter, "Join"));
  await waiter.getByText("All quiet.").waitFor();
  await hands.click(button(owner, "Close"));

  await guest.goto(codes[6] ?? "");
  await hands.click(button(guest, /^Call waiter/));
  await hands.click(button(waiter, /^I’ll go: Table/));
  await guest.getByText("Mia is coming").first().waitFor();
  await hands.click(button(waiter, /^Done: Table/));
  const { clicks, seconds } = hands;
  console.log(`from the invitation to the first answer: ${clicks} clicks, ${seconds} s`);

  await hands.click(link(owner, "Set up"));
  await owner.getByText("5 of 7 done").waitFor();
  const open = owner.getByRole("listitem").filter({ hasText: "To do:" }).getByRole("heading");
  expect(await open.allTextContents()).toEqual(["This device rings", "A second way in for you"]);
}, 120_000);

test.each([
  ["A4", "Small ones, 20 on a page", 1],
  ["Letter", "Large cards, 4 on a page", 3],
] as const)(
  "on %s, %s: the printed codes are the tables' guest links",
  async (paper, size, pages) => {
    const slug = `print-${paper}-${size.slice(0, 5)}`.toLowerCase();
    const { invitation, origin } = await newRestaurant(
      system,
      slug,
      "Una trattoria dal nome lungo",
    );
    await using owner = await openPage(browser);
    await owner.goto(invitation);
    await button(owner, "Join").click();
    await owner.getByRole("heading", { name: "Ready to open" }).waitFor();
    await owner.goto(`${origin}/manage#floor`);
    await owner.getByLabel("New tables").fill("1 to 11, Terrazza sul lago grande 12");
    await button(owner, "Add").click();
    await owner.getByText("12 tables added.").waitFor();
    await link(owner, "Codes").click();
    await owner.getByLabel("Paper").selectOption(paper);
    await owner.getByLabel("Size").selectOption(size);
    const read = await decodeCodes(await owner.pdf({ preferCSSPageSize: true }));
    expect(read.pages).toBe(pages);
    expect([...read.codes].toSorted()).toEqual([...(await guestLinks(owner))].toSorted());
  },
  60_000,
);

/** The guest links of all tables, asked of the api in the owner's name. */
const guestLinks = (owner: Page): Promise<string[]> =>
  owner.evaluate(async () => {
    const headers = { "content-type": "application/json" };
    const session = await fetch("/api/auth/refresh", { method: "POST", headers, body: "{}" });
    const { accessToken } = (await session.json()) as { accessToken: string };
    const authorization = `Bearer ${accessToken}`;
    const list = await fetch("/api/tables", { headers: { authorization } });
    const { tables } = (await list.json()) as { tables: { guestUrl: string }[] };
    return tables.map(({ guestUrl }) => guestUrl);
  });

test("a device whose time zone the server refuses asks its owner for the restaurant's", async () => {
  const { invitation } = await newRestaurant(system, "luna", "Luna");
  await using owner = await openPage(browser, {
    before: () => {
      const options = { ...Intl.DateTimeFormat().resolvedOptions(), timeZone: "Etc/Unknown" };
      Intl.DateTimeFormat.prototype.resolvedOptions = () => options;
    },
  });
  await owner.goto(invitation);
  await button(owner, "Join").click();
  const name = owner.getByLabel("Name of the restaurant");
  await name.fill("Luna");
  await button(owner, "Save").click();
  await owner.getByLabel("Time zone").fill("Europe/Rome");
  await button(owner, "Save").click();
  await name.waitFor({ state: "detached" });
}, 60_000);
