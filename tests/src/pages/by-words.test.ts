import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { expireInvitations, suspend } from "../harness/change-behind.ts";
import { closeSheet, openManage } from "../harness/manage-page.ts";
import { newRestaurant } from "../harness/new-restaurant.ts";
import { faultsOf, openPage, tableUrl, tapUntil } from "../harness/pages.ts";
import { shareSystem } from "../harness/share-system.ts";

/** A waiter, a shared screen and a guest, who know only the words that they see. */
const { system, browser } = shareSystem();

const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });

async function signIn(page: Page, name: string): Promise<void> {
  const member = system.file.staffMembers.find(({ email }) => email.startsWith(name));
  await page.goto(`${system.file.tenantOrigin}/`);
  await page.getByRole("link", { name: "Staff sign-in" }).click();
  await page.getByLabel("Email").fill(member?.email ?? "");
  await page.getByLabel("Password", { exact: true }).fill(member?.password ?? "");
  await button(page, "Sign in").click();
}

test("a waiter's evening: on duty, goes, hands back, goes again, done, off duty", async () => {
  await using waiter = await openPage(browser);
  await using guest = await openPage(browser);
  await signIn(waiter, "anna");
  await waiter.getByText("All quiet.").waitFor();
  await tapUntil(button(waiter, "Start: Everything"), waiter.getByText("On duty: Everything"));

  await guest.goto(tableUrl(system, 2));
  const water = button(guest, /^Water/);
  await tapUntil(water, guest.getByText(/Sent to the team|The team has seen it/));
  const go = button(waiter, "I’ll go: Table 3, Water");
  const done = button(waiter, "Done: Table 3, Water");
  await tapUntil(go, done);
  await guest.getByText("Anna is coming").first().waitFor();

  const handBack = waiter.getByRole("dialog").getByRole("button", { name: "Hand back" });
  await tapUntil(button(waiter, "More: Table 3, Water"), handBack);
  await tapUntil(handBack, go);
  await guest.getByText("Anna is coming").first().waitFor({ state: "detached" });
  await tapUntil(go, done);
  await tapUntil(done, waiter.getByText("All quiet."));
  await guest.getByText("Tap again if you need it once more.").waitFor();

  const end = waiter.getByRole("dialog").getByRole("button", { name: "End my duty" });
  await tapUntil(waiter.getByText("On duty: Everything"), end);
  await tapUntil(end, waiter.getByText("You are off duty."));
});

test("a shared screen: joins by the owner's invitation, asks who takes it, shows who goes", async () => {
  await using owner = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  await using screen = await openPage(browser, { viewport: { width: 1920, height: 1080 } });
  await using guest = await openPage(browser);
  await owner.goto(`${system.file.tenantOrigin}/manage#team`);
  const member = system.file.staffMembers.find(({ role }) => role === "owner");
  await owner.getByLabel("Email").fill(member?.email ?? "");
  await owner.getByLabel("Password", { exact: true }).fill(member?.password ?? "");
  await button(owner, "Sign in").click();
  await owner.getByLabel("Name", { exact: true }).fill("Bar");
  await owner.getByLabel("Role").selectOption({ label: "Shared screen" });
  await button(owner, "Add and invite").click();
  const invitation = await owner.getByText(/\/join#/).textContent();

  await screen.goto(invitation ?? "");
  await screen.getByText("Welcome, Bar").waitFor();
  await button(screen, "Join").click();
  await screen.getByText("All quiet.").waitFor();
  await screen.goto(`${system.file.tenantOrigin}/wall`);
  await guest.goto(tableUrl(system, 4));
  const sent = guest.getByText(/Sent to the team|The team has seen it/);
  await tapUntil(button(guest, /^Call waiter/), sent);
  const ben = screen.getByRole("dialog").getByRole("button", { name: "Ben" });
  await tapUntil(button(screen, /^Who takes it\?: Table 5/), ben);
  await tapUntil(ben, screen.getByText("Ben is going"));
  await guest.getByText("Ben is coming").first().waitFor();
});

test("a waiter signs their other device out from the board's menu", async () => {
  await using phone = await openPage(browser);
  await using lost = await openPage(browser);
  await signIn(lost, "ben");
  await lost.getByTestId("menu").waitFor();
  await signIn(phone, "ben");
  const menu = phone.getByRole("dialog");
  await tapUntil(button(phone, "Menu"), menu);
  await tapUntil(button(phone, "My devices"), menu.getByText("this device"));
  const others = menu.getByRole("listitem").filter({ hasNotText: "this device" });
  expect(await faultsOf(phone)).toEqual([]);
  expect(await others.count()).toBe(1);
  const question = menu.getByText(/^Sign out “.?Chrome · Linux.?”\?$/);
  await tapUntil(others.getByRole("button", { name: "Sign out" }), question);
  expect(await faultsOf(phone)).toEqual([]);
  await menu.getByRole("group").getByRole("button", { name: "Sign out" }).click();
  await lost.getByText("You were signed out.").waitFor();
  await others.waitFor({ state: "detached" });
  await menu.getByText("Signed out.").waitFor();
  await menu.getByText("this device").waitFor();
});

test("an invitation shows on that person's devices when it is made and when it is used", async () => {
  await using owner = await openManage(browser, system, "owner", "team");
  await using desk = await openManage(browser, system, "owner", "team");
  await using board = await openPage(browser);
  await using newcomer = await openPage(browser);
  await signIn(board, "anna");
  await board.locator("[data-testid='connection'][data-state='live']").waitFor();
  const toast = (page: Page, text: string | RegExp) =>
    page.getByTestId("toast").filter({ hasText: text });

  await button(owner, "Invite Anna").click();
  await toast(board, /\w+ made an invitation for you\./).waitFor();
  expect(await faultsOf(board)).toEqual([]);
  await newcomer.goto((await owner.getByText(/\/join#/).textContent()) ?? "");
  await newcomer.getByText("Welcome, Anna").waitFor();
  await button(newcomer, "Join").click();
  const joined = toast(board, "A new device joined as you.");
  const sheet = board.getByRole("dialog");
  await tapUntil(joined.getByRole("button", { name: "My devices" }), sheet.getByRole("list"));
  // At least this one and the new one: Anna may have signed in elsewhere before.
  expect(await sheet.getByRole("listitem").count()).toBeGreaterThanOrEqual(2);
  await newcomer.locator("[data-testid='connection'][data-state='live']").waitFor();

  await closeSheet(owner);
  const rows = owner.getByTestId("people").getByRole("listitem");
  const self = rows.filter({ has: owner.getByText("you", { exact: true }) });
  await self.getByRole("button", { name: /^Invite/ }).click();
  const own = "You made an invitation for yourself on another device.";
  await tapUntil(
    toast(desk, own).getByRole("button", { name: "My devices" }),
    desk.getByRole("dialog").getByText("this device"),
  );
  expect(await faultsOf(desk)).toEqual([]);
  // The device that makes an invitation and the device that uses it show nothing.
  expect(await toast(owner, own).count()).toBe(0);
  expect(await toast(newcomer, "A new device").count()).toBe(0);
});

test("a guest asks in writing, changes their mind, and takes that back", async () => {
  await using guest = await openPage(browser);
  await guest.goto(tableUrl(system, 6));
  const note = guest.getByLabel("Your message to the staff");
  await tapUntil(button(guest, "Something else"), note);
  await button(guest, "A high chair").click();
  expect(await note.inputValue()).toContain("A high chair");
  const sent = guest.getByText(/Sent to the team|The team has seen it/);
  await tapUntil(button(guest, "Send"), sent);
  const cancel = guest.getByRole("dialog").getByRole("button", { name: /^Cancel/ });
  await tapUntil(button(guest, /^Something else/), cancel);
  const undo = button(guest, "Undo");
  await tapUntil(cancel, undo);
  await tapUntil(undo, sent);
});

test("an invitation of the day before yesterday says so, and what to do", async () => {
  const { invitation } = await newRestaurant(system, "too-late", "Too late");
  await expireInvitations(system, "too-late");
  await using page = await openPage(browser);
  await page.goto(invitation);
  await page.getByTestId("join-problem").getByText("expired").waitFor();
  await page.getByRole("link", { name: "Staff sign-in" }).waitFor();
  expect(await faultsOf(page)).toEqual([]);
});

test("a suspended restaurant tells guests to wave and staff whom to ask", async () => {
  const { origin } = await newRestaurant(system, "no-more", "No more");
  await suspend(system, "no-more");
  await using page = await openPage(browser);
  for (const path of ["/", "/t/some-code", "/board", "/manage"]) {
    await page.goto(`${origin}${path}`);
    await page.getByText("This restaurant does not take calls here at the moment.").waitFor();
    await page.getByText("Please wave to the staff.").waitFor();
    await page.getByText("Do you work here?").waitFor();
  }
  expect(await faultsOf(page)).toEqual([]);
});
