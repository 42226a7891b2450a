import { expect, test } from "@jest/globals";
import { waitFor } from "@waiter/testkit";
import type { Page } from "playwright-core";
import { fetchRoute } from "../harness/fetch-route.ts";
import { openManage, openSheet } from "../harness/manage-page.ts";
import { openPage, openTable, signIn, tableUrl, tapUntil } from "../harness/pages.ts";
import { call, openBoard, requestOf, sitDown } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem();

const team = '[data-does="tab:team"]';
const shown = (page: Page, part: string) =>
  page.locator(`[data-does="tab:${part}"][aria-current="page"]`);

/** Clicks the tab of the team in the very step in which it comes, before the browser paints it. */
const clickAtOnce = (): void => {
  const watch = new MutationObserver(() => {
    const tab = document.querySelector<HTMLElement>('[data-does="tab:team"]');
    if (tab === null) return;
    watch.disconnect();
    tab.click();
  });
  watch.observe(document, { subtree: true, childList: true });
};

test("a tab that is clicked before it is painted opens its part", async () => {
  await using page = await openManage(browser, system, "owner", "floor", { before: clickAtOnce });
  await shown(page, "team").waitFor();
});

test("the tabs keep their places while the page still learns about Setup", async () => {
  await using page = await openManage(browser, system, "owner", "floor");
  const held = Promise.withResolvers<void>();
  await page.route("**/api/staff", async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.reload();
  // Old pages show the tabs before the answer has come, and move them afterwards.
  const early = await page
    .locator(team)
    .waitFor({ timeout: 1_500 })
    .then(() => page.locator(team).boundingBox())
    .catch(() => undefined);
  held.resolve();
  await page.locator('[data-does="tab:setup"]').waitFor();
  const late = await page.locator(team).boundingBox();
  expect(early ?? late).toEqual(late);
  await page.locator(team).click();
  await shown(page, "team").waitFor();
});

test("a part that the address names is shown while Setup's facts do not come", async () => {
  await using page = await openManage(browser, system, "owner", "floor");
  await page.route("**/api/requests?state=completed&limit=1", () => new Promise(() => undefined));
  await page.reload();
  await page.locator("#manage-main .part").first().waitFor();
  await shown(page, "floor").waitFor();
});

test("a link that is followed right after a sheet has closed leads to its place", async () => {
  await using page = await openManage(browser, system, "owner", "floor");
  for (let round = 1; round <= 3; round++) {
    await page.locator("#manage-main .part").first().waitFor();
    await page.locator("#manage-main .row > button").first().click();
    await page.getByRole("dialog").waitFor();
    await page.waitForFunction(() => "sheet" in ((history.state as object | null) ?? {}));
    // In one step: no answer of the browser's history comes between.
    await page.evaluate(async (tab) => {
      document.querySelector<HTMLElement>("[data-sheet] .sheet-head button")?.click();
      while (document.querySelector("[data-sheet]") !== null) await Promise.resolve();
      document.querySelector<HTMLElement>(tab)?.click();
    }, team);
    await shown(page, "team").waitFor();
    await page.goBack();
    await shown(page, "floor").waitFor();
    expect(await page.evaluate(() => (history.state as { sheet?: string } | null)?.sheet)).toBe(
      undefined,
    );
  }
});

test("what is typed into the sign-in before it is painted stays", async () => {
  await using page = await openManage(browser, system, "owner", "floor", {
    before: () => {
      const watch = new MutationObserver(() => {
        const field = document.querySelector<HTMLInputElement>("#email");
        if (field === null) return;
        watch.disconnect();
        field.value = "typed@waiter.test";
        sessionStorage.setItem("typed", "");
        requestAnimationFrame(() =>
          setTimeout(() => sessionStorage.setItem("typed", field.value), 50),
        );
      });
      watch.observe(document, { subtree: true, childList: true });
    },
  });
  await expect(page.evaluate(() => sessionStorage.getItem("typed"))).resolves.toMatch(/@/);
});

test("after a reload with an open sheet, Back leaves the page as it would without one", async () => {
  await using page = await openManage(browser, system, "owner", "floor");
  await page.locator(team).click();
  await shown(page, "team").waitFor();
  await openSheet(page.locator("[data-does^='person:']").first());
  await page.reload();
  await page.locator("[data-does^='person:']").first().waitFor();
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.waitForFunction(() => !("sheet" in ((history.state as object | null) ?? {})));
  await page.evaluate(() => history.back());
  await shown(page, "floor").waitFor();

  await using guest = await openPage(browser);
  await guest.goto(`${system.file.tenantOrigin}/`);
  await guest.goto(tableUrl(system, 0));
  const note = guest.getByRole("dialog");
  await tapUntil(guest.getByRole("button", { name: "Write to us" }), note);
  await guest.reload();
  await guest.locator("[data-does='call:waiter']").waitFor();
  await guest.waitForFunction(() => !("sheet" in ((history.state as object | null) ?? {})));
  await guest.goBack();
  await guest.getByRole("link", { name: "Staff sign-in" }).waitFor();
});

test("the request of a notification is in view after the sign-in that had to come first", async () => {
  for (const table of [0, 1, 2, 3, 4, 5]) await call(system, await sitDown(system, table), "water");
  const made = requestOf(await call(system, await sitDown(system, 6), "water"));
  await using page = await openPage(browser);
  await page.goto(`${system.file.tenantOrigin}/board#${made.id}`);
  await page.locator("#email").waitFor();
  await signIn(page, system, "anna");
  const claim = page.locator(`[data-does='claim:${made.id}']`);
  await claim.waitFor();
  await page.waitForFunction(
    (does) => document.activeElement?.getAttribute("data-does") === does,
    `claim:${made.id}`,
  );
  expect(new URL(page.url()).hash).toBe("");
  expect(new URL(page.url()).pathname).toBe("/board");
});

test("a note is not lost in a request that another guest of the table has made meanwhile", async () => {
  using board = await openBoard(system);
  await using page = await openTable(browser, system, 6);
  const note = page.locator("textarea");
  await tapUntil(page.getByRole("button", { name: "Write to us" }), note);
  await note.fill("I have an allergy");
  const theirs = requestOf(await call(system, await sitDown(system, 6), "other"));
  await page.locator("[data-does='show:other']").waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const noted = () => board.requests.find((one) => one.note === "I have an allergy");
  await waitFor(() => noted() !== undefined, 30_000, "the note on a board");
  expect(noted()?.id).not.toBe(theirs.id);
});

test("a request that cannot be reopened is made again with its note", async () => {
  using board = await openBoard(system);
  await using page = await openTable(browser, system, 7);
  const note = page.locator("textarea");
  await tapUntil(page.getByRole("button", { name: "Write to us" }), note);
  await note.fill("A high chair, please");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const noted = () => board.requests.filter((one) => one.note === "A high chair, please");
  await waitFor(() => noted().length === 1, 30_000, "the note on a board");
  await board.complete(noted()[0]?.id ?? "");
  await waitFor(() => noted().length === 0, 30_000, "the end of the request");
  await page.route("**/reopen", (route) => route.abort());
  await page.getByRole("button", { name: /^Still needed/ }).click();
  await waitFor(() => noted().length === 1, 30_000, "the note on a board again");
});

test("an undo whose answer is lost is no failure, and an undo that was lost is sent again", async () => {
  await using page = await openTable(browser, system, 7);
  const failed = page.getByText("That can no longer be undone.");
  for (const isArriving of [true, false]) {
    const open = page.locator("[data-state='new'] [data-does='show:water']");
    if (isArriving) await page.locator("[data-does='call:water']").click();
    const cancel = page.getByRole("dialog").getByRole("button", { name: /^Cancel/ });
    await open.waitFor();
    await tapUntil(open, cancel);
    const undo = page.getByTestId("toast").getByRole("button", { name: "Undo" }).last();
    await tapUntil(cancel, undo);
    await page.route(
      "**/undo",
      async (route) => {
        if (isArriving) await fetchRoute(route);
        await route.abort();
      },
      { times: 1 },
    );
    await tapUntil(undo, open);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_500)));
    expect(await failed.count()).toBe(0);
  }
}, 120_000);

test("an undo that arrives late is no failure, and names the cancellation that it takes back", async () => {
  const versions: unknown[] = [];
  const deliverLate = (page: Page) =>
    page.route("**/undo", async (route) => {
      versions.push((route.request().postDataJSON() as { version?: number } | null)?.version);
      if (versions.length === 1) return await route.abort();
      // The first one arrives now.
      await fetchRoute(route, { "idempotency-key": crypto.randomUUID() });
      await route.continue();
    });
  await using page = await openTable(browser, system, 5, { prepare: deliverLate });
  const open = page.locator("[data-state='new'] [data-does='show:waiter']");
  await page.locator("[data-does='call:waiter']").click();
  await open.waitFor();
  const cancel = page.getByRole("dialog").getByRole("button", { name: /^Cancel/ });
  await tapUntil(open, cancel);
  const undo = page.getByTestId("toast").getByRole("button", { name: "Undo" }).last();
  await tapUntil(cancel, undo);
  await tapUntil(undo, open);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_500)));
  expect(await page.getByText("That can no longer be undone.").count()).toBe(0);
  expect(versions).toEqual([expect.any(Number), versions[0]]);
}, 120_000);
