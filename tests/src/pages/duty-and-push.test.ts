import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openBrowser } from "@waiter/bench";
import { startSystem, waitFor, type System } from "@waiter/testkit";
import type { Browser, Page } from "playwright-core";
import { ask } from "../harness/ask.ts";
import { faultsOf, openBoardPage, openPage, tapUntil } from "../harness/pages.ts";
import { call, openBoard, requestOf, sitDown } from "../harness/people.ts";

let system: System;
let browser: Browser;

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), openBrowser()]);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await system?.[Symbol.asyncDispose]();
}, 60_000);

/** A shared screen with a password, made by the manager as the office page does it. */
async function makeScreen(): Promise<{ email: string; password: string }> {
  using manager = await openBoard(system, { role: "manager" });
  const token = manager.session?.accessToken ?? "";
  const email = `bar-${randomUUID().slice(0, 8)}@example.com`;
  const password = randomUUID();
  const post = (path: string, body?: object, bearer?: string) =>
    ask(system, path, {
      method: "POST",
      key: randomUUID(),
      ...(bearer !== undefined && { token: bearer }),
      ...(body !== undefined && { body }),
    });
  const made = await post("/api/staff", { name: "Bar", role: "screen", email }, token);
  const { id } = made.body["staff"] as { id: string };
  const invited = await post(`/api/staff/${id}/invitation`, undefined, token);
  const invitation = String(invited.body["url"]).split("#")[1];
  const joined = await post("/api/auth/join", { invitation, password });
  if (joined.status !== 200) throw new Error(`no screen: ${JSON.stringify(joined.body)}`);
  return { email, password };
}

const duty = (page: Page) => page.getByTestId("duty");

test("duty starts by one tap, shows on other boards, and ends", async () => {
  await using anna = await openBoardPage(browser, system, "anna");
  await using ben = await openBoardPage(browser, system, "ben");
  await tapUntil(
    anna.getByRole("button", { name: "Start: Everything" }),
    anna.getByText("On duty: Everything"),
  );
  expect(await faultsOf(anna)).toEqual([]);
  await tapUntil(ben.getByRole("button", { name: "Choose tables…" }), ben.getByRole("dialog"));
  await ben.getByText("Anna: Everything").waitFor();
  expect(await faultsOf(ben)).toEqual([]);
  const eighth = ben.getByRole("group", { name: "Tables" }).getByRole("button").nth(7);
  await eighth.click();
  await tapUntil(
    ben.getByRole("button", { name: "Start with these" }),
    ben.locator("[data-testid='duty'][data-state='on']"),
  );

  await call(system, await sitDown(system, 7), "water");
  const card = (page: Page) => page.getByTestId("request").filter({ hasText: "Table 8" });
  await card(anna).waitFor();
  await card(ben).waitFor();
  // Both have table 8: it rings for both. Table 1 is Anna's alone.
  expect(await card(ben).getByTestId("quiet").count()).toBe(0);
  await call(system, await sitDown(system, 0), "water");
  const first = ben.getByTestId("request").filter({ hasText: "Table 1" });
  await first.getByTestId("quiet").getByText("Rings for colleagues").waitFor();

  await tapUntil(anna.getByText("On duty: Everything"), anna.getByRole("dialog"));
  await tapUntil(
    anna.getByRole("button", { name: "End my duty" }),
    anna.getByText("You are off duty."),
  );
  await waitFor(async () => (await duty(ben).count()) === 1, 5_000, "Ben's board");
});

test("a shared wall asks who takes it, and acts in that person's name", async () => {
  const { email, password } = await makeScreen();
  const made = requestOf(await call(system, await sitDown(system, 3), "waiter"));
  await using page = await openPage(browser, {
    viewport: { width: 1280, height: 800 },
    // As after a reload: no touch, so no sound.
    before: () => {
      Object.defineProperty(AudioContext.prototype, "state", { get: () => "suspended" });
      AudioContext.prototype.resume = () => new Promise(() => undefined);
    },
  });
  const sent: string[] = [];
  page.on("websocket", (socket) =>
    socket.on("framesent", ({ payload }) => void sent.push(String(payload))),
  );
  await page.goto(`${system.file.tenantOrigin}/wall`);
  await page.locator("#email").fill(email);
  await page.locator("#password").fill(password);
  await page.locator("button[type='submit']").click();
  const silent = page.getByTestId("silent");
  await silent.getByText("This screen is SILENT.").waitFor();
  const size = await silent.evaluate((e) => Number.parseFloat(getComputedStyle(e).fontSize));
  expect(size).toBeGreaterThanOrEqual(40);
  await waitFor(
    () => sent.some((frame) => frame.includes('"seen"') && frame.includes('"audible":false')),
    10_000,
    "the screen's report that it cannot be heard",
  );
  const person = page.getByRole("dialog").locator(".person").first();
  await tapUntil(page.locator(`[data-does='claim:${made.id}']`), person);
  const name = await person.textContent();
  expect(await faultsOf(page)).toEqual([]);
  await tapUntil(person, page.locator(`[data-does='complete:${made.id}']`));
  await page.locator(`[data-id='${made.id}']`).getByText(`${name} is going`).waitFor();
});

test("a push is shown and reported, and claimed with the page closed", async () => {
  const made = requestOf(await call(system, await sitDown(system, 5), "water"));
  const context = await browser.newContext({ permissions: ["notifications"] });
  const page = await context.newPage();
  await page.goto(`${system.file.tenantOrigin}/login`);
  await page.waitForFunction(async () => {
    const registration = await navigator.serviceWorker.ready;
    return registration.active?.state === "activated";
  });
  const asked: { path: string; body: unknown }[] = [];
  await context.route("**/api/push/*", async (route) => {
    const request = route.request();
    asked.push({ path: new URL(request.url()).pathname, body: request.postDataJSON() });
    await (request.url().endsWith("/claim")
      ? route.fulfill({ json: { request: { ...made, state: "claimed" } } })
      : route.fulfill({ status: 204 }));
  });
  const session = await context.newCDPSession(page);
  const registrations: string[] = [];
  session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations: all }) =>
    registrations.push(...all.map(({ registrationId }) => registrationId)),
  );
  await session.send("ServiceWorker.enable");
  await waitFor(() => registrations.length > 0, 10_000, "the worker's registration");
  await session.send("ServiceWorker.deliverPushMessage", {
    origin: system.file.tenantOrigin,
    registrationId: registrations[0] ?? "",
    data: JSON.stringify({
      kind: "request",
      title: "Table 6 · Water",
      body: "A guest calls.",
      language: "en",
      tag: made.id,
      receipt: "receipt-1",
      requestId: made.id,
      actions: ["claim", "open"],
    }),
  });
  const shown = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map(({ title, body, tag }) => ({
        title,
        body,
        tag,
      }));
    });
  await waitFor(async () => (await shown()).length === 1, 10_000, "the notification");
  expect(await shown()).toEqual([
    { title: "Table 6 · Water", body: "A guest calls.", tag: made.id },
  ]);
  await waitFor(
    () => asked.some(({ path }) => path === "/api/push/receipts"),
    10_000,
    "the receipt",
  );
  expect(asked[0]?.body).toEqual({ receipt: "receipt-1", state: "shown" });
  const [worker] = context.serviceWorkers();
  await page.goto("about:blank");
  await worker?.evaluate(async () => {
    const scope = globalThis as unknown as {
      registration: { getNotifications(): Promise<Notification[]> };
    };
    const [notification] = await scope.registration.getNotifications();
    const event = new (
      globalThis as unknown as { NotificationEvent: new (type: string, init: object) => Event }
    ).NotificationEvent("notificationclick", { notification, action: "claim" });
    globalThis.dispatchEvent(event);
  });
  await waitFor(
    () => asked.some(({ path }) => path === "/api/push/claim"),
    10_000,
    "the claim of the closed page",
  );
  await waitFor(
    async () =>
      (await worker?.evaluate(async () => {
        const scope = globalThis as unknown as {
          registration: { getNotifications(): Promise<Notification[]> };
        };
        return (await scope.registration.getNotifications()).map(({ body }) => body).join();
      })) === "You are going.",
    10_000,
    "the notification saying who goes",
  );
  await context.close();
});
