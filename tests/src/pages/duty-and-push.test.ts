import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import { waitFor } from "@waiter/testkit";
import type { Page, Worker } from "playwright-core";
import { ask } from "../harness/ask.ts";
import { faultsOf, openBoardPage, openPage, tapUntil } from "../harness/pages.ts";
import { call, openBoard, requestOf, sitDown } from "../harness/people.ts";
import {
  openSubscribedBoard,
  pushEnv,
  pushServiceOf,
  subscriptionStored,
} from "../harness/push-pages.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem({ env: pushEnv });

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
  await waitFor(async () => (await duty(ben).count()) === 1, 60_000, "Ben's board");
}, 240_000);

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
    60_000,
    "the screen's report that it cannot be heard",
  );
  const person = page.getByRole("dialog").locator(".person").first();
  await tapUntil(page.locator(`[data-does='claim:${made.id}']`), person);
  const name = await person.textContent();
  expect(await faultsOf(page)).toEqual([]);
  await tapUntil(person, page.locator(`[data-does='complete:${made.id}']`));
  await page.locator(`[data-id='${made.id}']`).getByText(`${name} is going`).waitFor();
}, 240_000);

interface Person {
  readonly name: string;
}

/** What the test's part of a service worker sees. */
interface Scope {
  readonly registration: {
    getNotifications(): Promise<
      readonly { readonly title: string; readonly body: string; readonly tag: string }[]
    >;
  };
  readonly NotificationEvent: new (type: string, init: object) => Event;
  readonly Clients: { prototype: { openWindow(url: string): Promise<null> } };
  readonly WindowClient: { prototype: { focus(): Promise<unknown> } };
  opened?: string;
  focused?: boolean;
}

const notifications = (worker: Worker) =>
  worker.evaluate(async () => {
    const { registration } = globalThis as unknown as Scope;
    return (await registration.getNotifications()).map(({ title, body, tag }) => ({
      title,
      body,
      tag,
    }));
  });

/** A tap on the only notification. Windows need a person's tap: what is asked for is noted. */
const tapNotification = (worker: Worker, action: string): Promise<void> =>
  worker.evaluate(async (chosen) => {
    const scope = globalThis as unknown as Scope;
    scope.Clients.prototype.openWindow = (url) => {
      scope.opened = url;
      return Promise.resolve(null);
    };
    scope.WindowClient.prototype.focus = () => {
      scope.focused = true;
      return Promise.resolve();
    };
    const [notification] = await scope.registration.getNotifications();
    globalThis.dispatchEvent(
      new scope.NotificationEvent("notificationclick", { notification, action: chosen }),
    );
  }, action);

/** Hands the browser's push system a message, by the DevTools protocol. */
async function pushReceiver(page: Page): Promise<(data: object) => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  const { promise, resolve } = Promise.withResolvers<string>();
  session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations: [first] }) => {
    if (first !== undefined) resolve(first.registrationId);
  });
  await session.send("ServiceWorker.enable");
  const registrationId = await promise;
  const { tenantOrigin: origin } = system.file;
  return async (data) => {
    const text = JSON.stringify(data);
    await session.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data: text });
  };
}

test("the board's head tests this phone", async () => {
  using manager = await openBoard(system, { role: "manager" });
  await using service = await pushServiceOf(system, manager.session?.accessToken ?? "");
  await using board = await openSubscribedBoard(browser, system, service);
  const mark = board.getByTestId("push");
  await mark.and(board.locator("[data-state='ready']")).waitFor();
  const receive = await pushReceiver(board);
  const start = board.getByRole("dialog").getByRole("button", { name: "Test", exact: true });
  await tapUntil(mark, start);
  await board
    .getByRole("dialog")
    .getByText("Sound depends on this phone’s own settings.")
    .waitFor();
  await start.click();
  const push = await waitFor(
    () => service.received.find(({ payload }) => payload["kind"] === "test"),
    60_000,
    "the test's push",
  );
  await receive(push.payload);
  const [worker] = board.context().serviceWorkers();
  if (worker === undefined) throw new Error("no service worker");
  await waitFor(async () => (await notifications(worker)).length === 1, 60_000, "the notification");

  // At its next start the page sends its subscription again, and reads when the test was shown.
  await waitFor(
    async () => {
      const stored = subscriptionStored(board);
      await board.reload();
      expect((await stored).status()).toBe(200);
      await mark.and(board.locator("[data-state='ready']")).waitFor();
      return (await mark.textContent())?.includes("Last test shown");
    },
    60_000,
    "the time of the last test",
  );
}, 240_000);

const focusedRequest = (page: Page) =>
  page.evaluate(() => document.activeElement?.closest<HTMLElement>("[data-id]")?.dataset["id"]);

test("a ringing phone claims with the page closed, proves it and opens the board", async () => {
  using manager = await openBoard(system, { role: "manager" });
  const token = manager.session?.accessToken ?? "";
  await using service = await pushServiceOf(system, token);
  await using board = await openSubscribedBoard(browser, system, service);
  await tapUntil(
    board.getByRole("button", { name: "Start: Everything" }),
    board.getByText("On duty: Everything"),
  );
  // The phone's screen shows another page of the origin: no board is open.
  await board.goto(`${system.file.tenantOrigin}/`);
  const receive = await pushReceiver(board);

  const made = requestOf(await call(system, await sitDown(system, 5), "water"));
  const push = await waitFor(
    () => service.received.find(({ payload }) => payload["requestId"] === made.id),
    60_000,
    "the worker's push",
  );
  await receive(push.payload);
  const [worker] = board.context().serviceWorkers();
  if (worker === undefined) throw new Error("no service worker");
  const bodyIs = (body: unknown) =>
    waitFor(
      async () => (await notifications(worker)).some((one) => one.body === body),
      60_000,
      `the notification ${String(body)}`,
    );
  await bodyIs(push.payload["body"]);
  expect(await notifications(worker)).toEqual([
    { title: push.payload["title"], body: push.payload["body"], tag: made.id },
  ]);
  const ledgerSays = (state: string) =>
    waitFor(
      async () => {
        const { body } = await ask(system, `/api/requests/${made.id}/history`, { token });
        const entries = body["entries"] as { channel?: string; state?: string; staff?: Person }[];
        return entries.some(
          (entry) =>
            entry.channel === "push" && entry.state === state && entry.staff?.name === "Anna",
        );
      },
      60_000,
      `Anna's push being ${state} in the ledger`,
    );
  await ledgerSays("shown");

  await tapNotification(worker, "claim");
  await bodyIs("You are going.");
  const claimed = await waitFor(
    () => manager.requests.find(({ id, state }) => id === made.id && state === "claimed"),
    60_000,
    "the claim on another board",
  );
  expect(claimed.claimedBy?.name).toBe("Anna");

  await tapNotification(worker, "open");
  await ledgerSays("opened");
  const opened = await worker.evaluate(() => (globalThis as unknown as Scope).opened);
  expect(opened).toBe(`/board#${made.id}`);
  await board.goto(`${system.file.tenantOrigin}${opened}`);
  await waitFor(async () => (await focusedRequest(board)) === made.id, 60_000, "the request");

  await receive(push.payload);
  await bodyIs(push.payload["body"]);
  await board.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await tapNotification(worker, "open");
  await waitFor(async () => (await focusedRequest(board)) === made.id, 60_000, "the open board");
  expect(await worker.evaluate(() => (globalThis as unknown as Scope).focused)).toBe(true);
}, 240_000);
