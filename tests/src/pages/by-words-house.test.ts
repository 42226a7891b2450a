import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { closeSheet, openManage } from "../harness/manage-page.ts";
import { newRestaurant } from "../harness/new-restaurant.ts";
import { faultsOf, openBoardPage, openPage, tableUrl, tapUntil } from "../harness/pages.ts";
import { shareSystem } from "../harness/share-system.ts";

/** An owner, a manager and their colleagues, who know only the words that they see. */
const { system, browser } = shareSystem();

const button = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name, ...(typeof name === "string" && { exact: true }) });
const sent = /Sent to the team|The team has seen it/;

test("waiters say which tables are theirs, and one takes over from another", async () => {
  await using anna = await openBoardPage(browser, system, "anna");
  await using ben = await openBoardPage(browser, system, "ben");
  const theirs = ben.getByRole("dialog");
  await tapUntil(button(anna, "Choose tables…"), anna.getByText("Which tables are yours?"));
  for (const name of ["Table 2", "Table 3"])
    await tapUntil(button(anna, name), anna.getByRole("button", { name, pressed: true }));
  await tapUntil(button(anna, "Start with these"), anna.getByText("On duty: Table 2, Table 3"));
  await tapUntil(button(ben, "Choose tables…"), theirs.getByText("Anna: Table 2, Table 3"));
  await tapUntil(
    button(ben, "Take over from Anna"),
    ben.getByText("On duty: Table 2, Table 3").first(),
  );
  await tapUntil(anna.getByText("On duty: Table 2, Table 3"), anna.getByRole("dialog"));
  await tapUntil(button(anna, "End my duty"), anna.getByText("You are off duty."));
});

test("a manager stops pranks at a table, and gives it a new code", async () => {
  await using manager = await openManage(browser, system, "manager", "floor");
  await using guest = await openPage(browser);
  await guest.goto(tableUrl(system, 3));
  await tapUntil(button(guest, /^Water/), guest.getByText(sent));
  await tapUntil(button(manager, "Table 4"), manager.getByRole("dialog"));
  await manager.getByLabel("Guests of this table can send nothing for").selectOption("1 h");
  await manager.getByLabel("Also close what is open now").check();
  await tapUntil(button(manager, "Mute"), manager.getByText("Muted."));
  await guest.getByText("Need anything else? Just tap.").waitFor();
  await guest.getByText("This table can send requests again at").waitFor();
  expect(await button(guest, "Call waiter").isDisabled()).toBe(true);
  const again = manager.getByText("Guests can send requests again.");
  await tapUntil(button(manager, "End the mute"), again);

  const question = manager.getByText("The printed one stops working at once");
  await tapUntil(button(manager, "New code"), question);
  const yes = manager.getByRole("group").getByRole("button", { name: "New code" });
  await tapUntil(yes, manager.getByText("New code made. Please print it."));
  await guest.getByText("It may have been replaced.").waitFor();
  await guest.reload();
  await guest.getByRole("heading", { name: "This code does not work" }).waitFor();
});

test("guests read the Wi-Fi, the name of their waiter and what happened, in their language", async () => {
  await using owner = await openManage(browser, system, "owner", "settings");
  await owner.getByLabel("Name of the network").fill("Garden");
  await owner.getByLabel("Password of the network").fill("basil-and-lemon");
  const wifi = owner.getByRole("region", { name: "Wi-Fi for guests" });
  await wifi.getByText("Not saved yet").waitFor();
  await wifi.getByRole("button", { name: "Save" }).click();
  await wifi.getByText("Not saved yet").waitFor({ state: "detached" });
  await owner.getByRole("link", { name: "Team" }).click();
  const guestName = owner.getByLabel("Name that guests read");
  await tapUntil(button(owner, /^Anna/), guestName);
  await guestName.fill("Annarella");
  await tapUntil(button(owner, "Save"), owner.getByText("Saved."));

  await using guest = await openPage(browser, { locale: "de" });
  await using anna = await openBoardPage(browser, system, "anna");
  await guest.goto(tableUrl(system, 4));
  await guest.getByText("Was dürfen wir für Sie tun?").waitFor();
  await guest.getByText("basil-and-lemon").waitFor();
  await guest.getByLabel("Sprache").selectOption("English");
  const later = button(guest, "Decide later");
  await tapUntil(button(guest, "Bill, please"), later);
  await tapUntil(later, guest.getByText(sent));
  await tapUntil(
    button(anna, "I’ll go: Table 5, Bill, please"),
    guest.getByText("Annarella is coming"),
  );
  const done = button(anna, "Done: Table 5, Bill, please");
  await tapUntil(done, guest.getByText("A moment ago"));
  await tapUntil(button(guest, /^Still needed/), guest.getByText(sent));

  await owner.getByRole("link", { name: "Requests" }).click();
  await tapUntil(button(owner, /^Table 5 · Bill, please/), owner.getByRole("dialog"));
  const history = owner.getByRole("list", { name: "What happened" });
  for (const words of ["Asked", /^.*Going: Anna/, /^.*Done: Anna/, "Needed again"])
    await history.getByText(words).first().waitFor();
  expect(await faultsOf(owner)).toEqual([]);
});

test("an owner adds a second way in, and uses it on another device", async () => {
  const { invitation, origin } = await newRestaurant(system, "second-way", "Second way");
  await using first = await openPage(browser);
  await first.goto(invitation);
  await button(first, "Join").click();
  await first.getByRole("link", { name: "Open your page in Team" }).click();
  const email = first.getByLabel("E-mail address");
  await tapUntil(button(first, /^Rosa/), email);
  await email.fill("rosa@second-way.example");
  await tapUntil(button(first, "Save"), first.getByText("Saved."));
  const password = first.getByLabel("New password");
  await tapUntil(button(first, /^Rosa/), password);
  await password.fill("basil and lemon");
  await tapUntil(button(first, "Set password"), button(first, "Change password"));
  await closeSheet(first);

  await using second = await openPage(browser);
  await second.goto(`${origin}/manage`);
  await second.getByLabel("Email").fill("rosa@second-way.example");
  await second.getByLabel("Password", { exact: true }).fill("basil and lemon");
  await button(second, "Sign in").click();
  await second.getByRole("heading", { name: "Manage", exact: true }).waitFor();
  await first.goto(invitation);
  await first.getByText("has been used").first().waitFor();
});

test("an invitation that was replaced by the next one says so", async () => {
  await using owner = await openManage(browser, system, "owner", "team");
  await using newcomer = await openPage(browser);
  await tapUntil(button(owner, "Invite Ben"), owner.getByText(/\/join#/));
  const before = (await owner.getByText(/\/join#/).textContent()) ?? "";
  await closeSheet(owner);
  await tapUntil(button(owner, "Invite Ben"), owner.getByText(/\/join#/));
  await newcomer.goto(before);
  await newcomer.getByTestId("join-problem").getByText("replaced").waitFor();
  expect(await faultsOf(newcomer)).toEqual([]);
});

test("who knows a restaurant's short name finds its door from the apex", async () => {
  await using page = await openPage(browser);
  await page.goto(system.file.origin);
  await page.getByLabel("The restaurant’s short name").fill("No such name");
  await button(page, "Go there").click();
  await page.getByText("Small letters, digits and hyphens only.").waitFor();
  await page.getByLabel("The restaurant’s short name").fill("demo");
  await button(page, "Go there").click();
  await page.getByText("Are you a guest? Scan the code on your table.").waitFor();
  await page.getByRole("link", { name: "Staff sign-in" }).waitFor();
});
