import { expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { ask } from "../harness/ask.ts";
import { openBoardPage, tapUntil } from "../harness/pages.ts";
import { call, openBoard, requestOf, sitDown } from "../harness/people.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem();

/** What the service worker tells an open board when a notification is tapped. */
const tapNotificationOf = (page: Page, requestId: string) =>
  page.evaluate((id) => {
    const data = { kind: "show", requestId: id };
    navigator.serviceWorker.dispatchEvent(new MessageEvent("message", { data }));
  }, requestId);
const focused = (page: Page, requestId: string) =>
  page.waitForFunction(
    (id) => document.activeElement?.closest<HTMLElement>("[data-id]")?.dataset["id"] === id,
    requestId,
    { timeout: 20_000 },
  );

test("a tapped notification shows its request on an open board that learns of it later", async () => {
  const held = Promise.withResolvers<void>();
  let isHeld = false;
  const prepare = (page: Page) =>
    page.routeWebSocket(/socket\.io/, (socket) => {
      const server = socket.connectToServer();
      server.onMessage((message) => {
        if (isHeld) void held.promise.then(() => socket.send(message));
        else socket.send(message);
      });
    });
  await using page = await openBoardPage(browser, system, "anna", { prepare });
  isHeld = true;
  const made = requestOf(await call(system, await sitDown(system, 0), "water"));
  await tapNotificationOf(page, made.id);
  held.resolve();
  isHeld = false;
  await focused(page, made.id);
});

test("a tapped notification shows its request also where a filter hides it", async () => {
  await using page = await openBoardPage(browser, system, "anna");
  const mine = page.locator(".filters .chip").nth(1);
  await tapUntil(mine, page.locator(".filters .chip[aria-pressed='true']").and(mine));
  const made = requestOf(await call(system, await sitDown(system, 1), "water"));
  await page.locator(".filters .chip", { hasText: /All [1-9]/ }).waitFor();
  expect(await page.locator(`[data-id='${made.id}']`).count()).toBe(0);
  await tapNotificationOf(page, made.id);
  await focused(page, made.id);
});

test("a tapped notification of a request that is over is answered by the board", async () => {
  using colleague = await openBoard(system, { role: "manager" });
  await using page = await openBoardPage(browser, system, "anna");
  const made = requestOf(await call(system, await sitDown(system, 3), "water"));
  const card = page.locator(`[data-id='${made.id}']`);
  await card.waitFor();
  await colleague.complete(made.id);
  await card.waitFor({ state: "detached" });
  await tapNotificationOf(page, made.id);
  await page.getByText("That request is no longer open.").waitFor({ timeout: 30_000 });
});

test("a sign-out by hand raises no alarm at the sign-in", async () => {
  await using page = await openBoardPage(browser, system, "anna");
  const signOut = page.getByRole("button", { name: "Sign out" });
  await tapUntil(page.getByTestId("menu"), signOut);
  await tapUntil(signOut, page.locator("#email"));
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
  expect(await page.getByTestId("signed-out").count()).toBe(0);
});

test("an undo that fails for another reason than its time says so", async () => {
  const dropUndo = async (page: Page) => {
    await page.routeWebSocket(/socket\.io/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        if (!String(message).includes('"request:undo"')) server.send(message);
      });
    });
    await page.route("**/api/requests/*/undo", (route) =>
      route.fulfill({ status: 403, json: { code: "forbidden", title: "Forbidden", status: 403 } }),
    );
  };
  await using page = await openBoardPage(browser, system, "anna", { prepare: dropUndo });
  const made = requestOf(await call(system, await sitDown(system, 4), "water"));
  const undo = page.getByTestId("toast").getByRole("button", { name: /^Undo/ });
  await tapUntil(page.locator(`[data-id='${made.id}'] [data-does]`).first(), undo);
  await undo.click();
  await page.getByText(/^Undo: .*that did not work/).waitFor({ timeout: 30_000 });
});

test("a screen reader hears each new request, also when its words are those of the last one", async () => {
  using colleague = await openBoard(system, { role: "manager" });
  // Nothing else is to be heard.
  for (const { id } of colleague.requests) await colleague.complete(id);
  await using page = await openBoardPage(browser, system, "anna");
  const spoken = page.locator("p.spoken");
  const hears = () =>
    spoken.evaluate((region) => {
      const state = Object.assign(globalThis, { heard: "" });
      // The region is emptied first: only words are heard.
      new MutationObserver(() => (state.heard ||= region.textContent)).observe(region, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
  const heard = async () => {
    const words = await page.waitForFunction(
      () => (globalThis as unknown as { heard: string }).heard,
      undefined,
      { timeout: 10_000 },
    );
    return words.jsonValue();
  };
  const token = await sitDown(system, 2);
  await hears();
  const first = requestOf(await call(system, token, "water"));
  const words = await heard();
  await colleague.complete(first.id);
  await page.locator(`[data-id='${first.id}']`).waitFor({ state: "detached" });
  await hears();
  await call(system, token, "water");
  expect(await heard()).toBe(words);
});

test("duty starts although a chosen table is retired while the sheet is open", async () => {
  using manager = await openBoard(system, { role: "manager" });
  const token = manager.session?.accessToken ?? "";
  const change = (method: string, path: string, body?: object) =>
    ask(system, path, { method, token, key: crypto.randomUUID(), body });
  const made = await change("POST", "/api/tables", { labels: ["Quay 1", "Quay 2"] });
  const [retired] = made.body["tables"] as { id: string }[];
  await using page = await openBoardPage(browser, system, "anna");
  const sheet = page.getByRole("dialog");
  await tapUntil(page.getByRole("button", { name: "Choose" }), sheet);
  for (const name of ["Quay 1", "Quay 2"])
    await sheet.getByRole("button", { name, exact: true }).click();
  expect((await change("DELETE", `/api/tables/${retired?.id}`)).status).toBe(204);
  await sheet.getByRole("button", { name: "Quay 1", exact: true }).waitFor({ state: "detached" });
  await sheet.getByRole("button", { name: "Start with these" }).click();
  await page.getByText("On duty: Quay 2").waitFor({ timeout: 20_000 });
});
