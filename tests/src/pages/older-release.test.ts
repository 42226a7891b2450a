import { expect, test } from "@jest/globals";
import { waitFor } from "@waiter/testkit";
import type { Page } from "playwright-core";
import { openBoardPage, openTable, tapUntil } from "../harness/pages.ts";
import { call, openBoard, requestOf, sitDown } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem();

/** In the page, before its scripts: the api's answers name the oldest release that is kept here. */
function answerAsLater(): void {
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const answer = await send(input, init);
    const { status, body } = answer;
    const headers = new Headers(answer.headers);
    headers.set("waiter-oldest-client", localStorage.getItem("test:oldest") ?? "0.0.1");
    return new Response(status === 204 || status === 304 ? null : body, { status, headers });
  };
}
const later = { before: answerAsLater };
const requireRelease = (page: Page, release: string) =>
  page.evaluate((oldest) => localStorage.setItem("test:oldest", oldest), release);

/** Counts the documents that a page loads from now on. */
function countLoads(page: Page): () => number {
  let loads = 0;
  page.on("domcontentloaded", () => loads++);
  return () => loads;
}
const askApi = (page: Page) =>
  page.evaluate(() => fetch("/api/restaurant").then(({ status }) => status));
const mark = (page: Page) => page.evaluate(() => Object.assign(globalThis, { isOldPage: true }));
const isMarked = (page: Page) => page.evaluate(() => "isOldPage" in globalThis);
const reloaded = (page: Page) => page.waitForFunction(() => !("isOldPage" in globalThis));

test("a guest page older than the api works with reloads once per version", async () => {
  await using page = await openTable(browser, system, 0, later);
  await mark(page);
  await requireRelease(page, "99.0.0");
  const loads = countLoads(page);
  await askApi(page);
  await reloaded(page);
  await page.locator("[data-does='call:waiter']").waitFor();
  // The new document is as old as the one before: the page keeps it.
  await askApi(page);
  expect(await page.evaluate(() => sessionStorage.getItem("waiter:reloaded-for"))).toBe("99.0.0");
  expect(loads()).toBe(1);
  await mark(page);
  await requireRelease(page, "99.0.1");
  await askApi(page);
  await reloaded(page);
  expect(loads()).toBe(2);
});

test("an open sheet and typed text keep an older guest page", async () => {
  await using page = await openTable(browser, system, 1, later);
  const note = page.locator("textarea");
  await tapUntil(page.getByRole("button", { name: "Write to us" }), note);
  await note.fill("A high chair, please");
  await mark(page);
  await requireRelease(page, "99.0.0");
  await askApi(page);
  // A clock of its own shows that the page had time to reload.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 12_000)));
  expect(await isMarked(page)).toBe(true);
  expect(await note.inputValue()).toBe("A high chair, please");
  await page.keyboard.press("Escape");
  await reloaded(page);
});

test("a language that was chosen keeps no older guest page", async () => {
  await using page = await openTable(browser, system, 2, later);
  await page.getByLabel("Language").selectOption("de");
  await page.getByText("Was dürfen wir für Sie tun?").waitFor();
  await mark(page);
  await requireRelease(page, "99.0.0");
  await askApi(page);
  await reloaded(page);
});

test("a cancellation that waits for its answer keeps an older guest page", async () => {
  using board = await openBoard(system);
  const made = requestOf(await call(system, await sitDown(system, 3), "water"));
  let isLost = true;
  const loseCancellations = async (page: Page) => {
    await page.routeWebSocket(/socket\.io/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        if (!isLost || !String(message).includes('"request:cancel"')) server.send(message);
      });
    });
    await page.route("**/api/guest/requests/*/cancel", (route) =>
      isLost ? route.abort() : route.continue(),
    );
  };
  await using page = await openTable(browser, system, 3, { ...later, prepare: loseCancellations });
  const cancel = page.getByRole("button", { name: /^Cancel/ });
  await tapUntil(page.locator("[data-does='show:water']"), cancel);
  await tapUntil(cancel, page.locator("body:not(:has(dialog))"));
  await page.getByText("No connection just now. We cancel it").waitFor({ timeout: 45_000 });
  await mark(page);
  await requireRelease(page, "99.0.0");
  await askApi(page);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 12_000)));
  expect(await isMarked(page)).toBe(true);
  isLost = false;
  // The page says so until it reloads, which may be at once.
  const isOpen = () => board.requests.some(({ id }) => id === made.id);
  await waitFor(() => !isOpen(), 60_000, "the cancellation on a board");
  await reloaded(page);
}, 180_000);

test("a board older than the api works with reloads and stays signed in", async () => {
  await using page = await openBoardPage(browser, system, "anna", later);
  await mark(page);
  await requireRelease(page, "99.0.0");
  await askApi(page);
  await reloaded(page);
  await page.locator("[data-testid='connection'][data-state='live']").waitFor();
});

test("a page that the api works with is kept", async () => {
  await using page = await openTable(browser, system, 2, later);
  await mark(page);
  await askApi(page);
  expect(await page.evaluate(() => sessionStorage.getItem("waiter:reloaded-for"))).toBeNull();
  expect(await isMarked(page)).toBe(true);
});
