import { expect, test } from "@jest/globals";
import { waitFor, type PushService } from "@waiter/testkit";
import { devices, type Locator, type Page } from "playwright-core";
import { faultsOf, openBoardPage, phone, tapUntil, type OpenOptions } from "../harness/pages.ts";
import { openBoard } from "../harness/people.ts";
import {
  openSubscribedBoard,
  pushEnv,
  pushServiceOf,
  subscriptionStored,
} from "../harness/push-pages.ts";
import { shareSystem } from "../harness/share-system.ts";

const { system, browser } = shareSystem({ env: pushEnv });

const setPermission = (permission: string) => {
  Object.defineProperty(Notification, "permission", { configurable: true, get: () => permission });
};

interface Silent extends OpenOptions {
  readonly state: string;
  /** What the person is to do. */
  readonly remedy: string;
}

const { viewport: _, defaultBrowserType: __, ...iPhone } = devices["iPhone 15"] ?? {};

/** Each thing that keeps a phone silent, as a browser shows it to a page. */
const silent: readonly Silent[] = [
  {
    state: "insecure",
    remedy: "Ask the owner for the https address.",
    before: () => Object.defineProperty(globalThis, "isSecureContext", { get: () => false }),
  },
  { state: "install", remedy: "“Add to Home Screen”", ...iPhone },
  {
    state: "unsupported",
    remedy: "Use a current Chrome, Edge, Firefox or Safari.",
    before: () => void Reflect.deleteProperty(globalThis, "PushManager"),
  },
  {
    state: "denied",
    remedy: "Allow them for this page in the browser’s settings.",
    prepare: (page) => page.addInitScript(setPermission, "denied"),
  },
  {
    state: "off",
    remedy: "Its operator sets the VAPID keys.",
    prepare: async (page) => {
      await page.addInitScript(setPermission, "granted");
      await page.route("**/api/push/key", (route) =>
        route.fulfill({ status: 404, json: { status: 404, code: "push_off", requestId: "r" } }),
      );
    },
  },
  {
    state: "unreachable",
    remedy: "The push service cannot be reached. Trying again…",
    prepare: async (page) => {
      await page.addInitScript(setPermission, "granted");
      await page.addInitScript(() => {
        PushManager.prototype.subscribe = () =>
          Promise.reject(new DOMException("push service error", "AbortError"));
      });
    },
  },
];

test.each(silent)(
  "a phone that is $state says so, and what to do",
  async (one) => {
    const { state, remedy, ...options } = one;
    await using board = await openBoardPage(browser, system, "ben", {
      viewport: phone,
      ...options,
    });
    const mark = board.getByTestId("push");
    await mark.and(board.locator(`[data-state='${state}']`)).waitFor();
    expect(await mark.textContent()).toContain("Silent when locked");
    const { x = -1, width = 0 } = (await mark.boundingBox()) ?? {};
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(phone.width);
    const sheet = board.getByRole("dialog");
    await tapUntil(mark, sheet.getByText(remedy));
    // The whole sentence is in sight.
    expect(await sheet.evaluate((open) => open.scrollWidth - open.clientWidth)).toBe(0);
    expect(await sheet.getByRole("button", { name: "Let this phone ring" }).count()).toBe(0);
    expect(await faultsOf(board)).toEqual([]);
  },
  120_000,
);

/** A browser whose permission changes as the person says, and which subscribes. */
const changePermission = (at: string) => {
  let permission = at;
  Object.defineProperty(Notification, "permission", { get: () => permission });
  Notification.requestPermission = () =>
    Promise.resolve((permission = "granted") as NotificationPermission);
  Object.assign(globalThis, { setPermission: (now: typeof at) => (permission = now) });
  const { prototype } = PushManager;
  prototype.getSubscription = () => Promise.resolve(null);
  prototype.subscribe = () =>
    Promise.resolve({
      toJSON: () => ({
        endpoint: `https://127.0.0.1/${crypto.randomUUID()}`,
        keys: {
          p256dh:
            "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
          auth: "BTBZMqHH6r4Tts7J_aSIgg",
        },
      }),
    } as unknown as PushSubscription);
};

test("a phone that was not asked rings after one tap", async () => {
  await using board = await openBoardPage(browser, system, "ben", {
    prepare: (page) => page.addInitScript(changePermission, "default"),
  });
  const mark = board.getByTestId("push");
  const allow = board.getByRole("dialog").getByRole("button", { name: "Let this phone ring" });
  await tapUntil(mark.and(board.locator("[data-state='ask']")), allow);
  await board.getByRole("dialog").getByText("Allow notifications.").waitFor();
  expect(await faultsOf(board)).toEqual([]);
  await tapUntil(allow, mark.and(board.locator("[data-state='ready']")));
}, 120_000);

/** The person changes the permission in the settings, and comes back to the board. */
const comeBackWith = (board: Page, now: NotificationPermission) =>
  board.evaluate((permission) => {
    (globalThis as unknown as { setPermission: (to: string) => void }).setPermission(permission);
    document.dispatchEvent(new Event("visibilitychange"));
  }, now);
/** The person comes back to the board after a quarter of an hour. */
const comeBackLater = (board: Page) =>
  board.evaluate(() => {
    const { now } = Date;
    Date.now = () => now() + 15 * 60_000;
    document.dispatchEvent(new Event("visibilitychange"));
    Date.now = now;
  });
const markOf = (board: Page, state: string) =>
  board.getByTestId("push").and(board.locator(`[data-state='${state}']`));
/** From now on; what it said meanwhile, in order. */
async function watchMark(board: Page): Promise<() => Promise<string[]>> {
  const states = await board.getByTestId("push").evaluateHandle((mark) => {
    const said: string[] = [];
    const look = () => said.push((mark as HTMLElement).dataset["state"] ?? "");
    new MutationObserver(look).observe(mark, { attributeFilter: ["data-state"] });
    return said;
  });
  return () => states.jsonValue();
}

test("a phone follows what its person allows in the settings, without a new start", async () => {
  await using board = await openBoardPage(browser, system, "ben", {
    prepare: (page) => page.addInitScript(changePermission, "denied"),
  });
  await markOf(board, "denied").waitFor();
  const stored = subscriptionStored(board);
  await comeBackWith(board, "granted");
  expect((await stored).status()).toBe(200);
  await markOf(board, "ready").waitFor();
  await comeBackWith(board, "denied");
  await markOf(board, "denied").waitFor();
}, 120_000);

test("a late answer does not say that a phone rings whose notifications were taken back", async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await using board = await openBoardPage(browser, system, "ben", {
    prepare: async (page) => {
      await page.addInitScript(changePermission, "granted");
      await page.route("**/api/push/subscription", async (route) => {
        await released;
        await route.continue();
      });
    },
  });
  await comeBackWith(board, "denied");
  await markOf(board, "denied").waitFor();
  const said = await watchMark(board);
  const stored = subscriptionStored(board);
  release();
  await (await stored).finished();
  await comeBackWith(board, "default");
  await markOf(board, "ask").waitFor();
  expect(await said()).toEqual(["ask"]);
}, 120_000);

test("a phone whose browser dropped the subscription and gets no other is silent", async () => {
  await using board = await openBoardPage(browser, system, "ben", {
    prepare: (page) => page.addInitScript(changePermission, "granted"),
  });
  await markOf(board, "ready").waitFor();
  await board.evaluate(() => {
    PushManager.prototype.subscribe = () =>
      Promise.reject(new DOMException("push service error", "AbortError"));
  });
  await comeBackLater(board);
  await markOf(board, "unreachable").waitFor();
}, 120_000);

test("a phone that keeps its subscription rings, although the server is away", async () => {
  await using board = await openBoardPage(browser, system, "ben", {
    prepare: (page) => page.addInitScript(changePermission, "granted"),
  });
  await markOf(board, "ready").waitFor();
  await board.evaluate(() => {
    PushManager.prototype.getSubscription = () => {
      Object.assign(globalThis, { isAsked: true });
      return Promise.resolve({} as PushSubscription);
    };
  });
  await board.route("**/api/push/key", (route) => route.abort());
  const said = await watchMark(board);
  await comeBackLater(board);
  await board.waitForFunction(() => "isAsked" in globalThis);
  await comeBackWith(board, "denied");
  await markOf(board, "denied").waitFor();
  expect(await said()).toEqual(["denied"]);
}, 120_000);

/** A push service of the system's, which takes a manager to know its key. */
async function openPushService(): Promise<PushService> {
  using manager = await openBoard(system, { role: "manager" });
  return await pushServiceOf(system, manager.session?.accessToken ?? "");
}

/** Opens what the board says of this phone; returns the button of the test. */
async function openSheet(board: Page): Promise<Locator> {
  const mark = board.getByTestId("push").and(board.locator("[data-state='ready']"));
  const start = board.getByRole("dialog").getByRole("button", { name: "Test", exact: true });
  await tapUntil(mark, start);
  return start;
}

test("a test that the phone does not show names what holds it back", async () => {
  await using service = await openPushService();
  await using board = await openSubscribedBoard(browser, system, service);
  const sheet = board.getByRole("dialog");
  const start = await openSheet(board);
  await start.click();
  await waitFor(
    () => service.received.some(({ payload }) => payload["kind"] === "test"),
    60_000,
    "the test's push",
  );
  // A phone that saves its battery keeps the push to itself.
  await sheet.getByText("battery saver, focus mode and do not disturb").waitFor();
  expect(await faultsOf(board)).toEqual([]);
}, 120_000);

test("a test of a device that its push service has forgotten subscribes it again", async () => {
  await using service = await openPushService();
  await using board = await openSubscribedBoard(browser, system, service);
  const sheet = board.getByRole("dialog");
  const start = await openSheet(board);
  service.behave((_request, response) => void response.writeHead(410).end());
  const stored = subscriptionStored(board);
  await start.click();
  expect((await stored).status()).toBe(200);
  await sheet.getByText("It is subscribed again").waitFor();
  service.behave(undefined);
  await start.click();
  await waitFor(() => service.received.length > 0, 60_000, "the push of the second test");
}, 120_000);
