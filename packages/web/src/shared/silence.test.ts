import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { StaffClient } from "@waiter/client";
import { sendCheck } from "../code-check/send-check.ts";
import { problemOf, readInvitation } from "../join/invitation.ts";
import { subscribe } from "../push/push-device.ts";
import { testPush } from "../push/test-push.ts";
import { sendClaim } from "../service-worker/push-receipts.ts";
import { ManageApi } from "./manage-api.ts";

const session = { expiresAt: "2999-01-01T00:00:00.000Z", accessToken: "a" };
const manageApi = () =>
  new ManageApi({
    session,
    resumeSession: () => Promise.resolve(session),
  } as unknown as StaffClient);
const never = () => new Promise<never>(() => {});
const { fetch: realFetch, navigator: realNavigator } = globalThis;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask", "setImmediate"] });
});
afterEach(() => {
  jest.useRealTimers();
  globalThis.fetch = realFetch;
  set("navigator", realNavigator);
});

const set = (name: string, value: unknown) =>
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });

/** What `work` came to, once all of its timers have run. */
async function outcomeOf(work: () => Promise<unknown>): Promise<unknown> {
  const outcome = work().catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(300_000);
  return await outcome;
}

/** Rejects when the caller gives up, and not before. */
const saysNothing: typeof fetch = (_input, init) =>
  new Promise((_resolve, reject) => {
    init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
  });
/** The headers come, and of the body nothing. */
const saysHeaders: typeof fetch = (_input, init) => {
  const body = new ReadableStream({
    start: (controller) => {
      init?.signal?.addEventListener("abort", () => controller.error(new Error("aborted")));
    },
  });
  return Promise.resolve(new Response(body, { headers: { "content-type": "application/json" } }));
};

describe.each([
  ["at all", saysNothing],
  ["after its headers", saysHeaders],
])("an api that says nothing %s", (_when, fetch) => {
  test.each([
    [
      "a call of /manage",
      () => manageApi().call("GET", "/api/settings"),
      expect.objectContaining({ code: "network" }),
    ],
    [
      "a change of /manage",
      () => manageApi().call("POST", "/api/tables", {}),
      expect.objectContaining({ code: "network" }),
    ],
    ["reading an invitation", () => readInvitation("i").catch(problemOf), "network"],
    ["the check of a code", () => sendCheck("t"), { kind: "failed" }],
    [
      "sending a test message",
      () => testPush(manageApi(), undefined, () => false),
      expect.objectContaining({ code: "network" }),
    ],
    ["a claim from a notification", () => sendClaim("r"), { kind: "failed" }],
  ])("fails %s in time", async (_name, work, outcome) => {
    globalThis.fetch = fetch;
    expect(await outcomeOf(work)).toEqual(outcome);
  });
});

test("a device whose clock runs ahead asks for no token before each call", async () => {
  let renewals = 0;
  const old = { ...session, expiresAt: "2000-01-01T00:00:00.000Z" };
  const resumeSession = () => Promise.resolve((renewals++, old));
  const api = new ManageApi({ session: old, resumeSession } as unknown as StaffClient);
  globalThis.fetch = () => Promise.resolve(Response.json({ settings: {} }));
  await outcomeOf(() => api.call("GET", "/api/settings"));
  expect(renewals).toBe(0);
});

test.each([-3_600_000, 0, 3_600_000])(
  "the server's time is known where the device's clock is wrong by %d ms",
  async (wrongMs) => {
    const at = "Sat, 28 Nov 2026 00:20:00 GMT";
    const headers = { date: at };
    jest.setSystemTime(Date.parse(at) + wrongMs);
    globalThis.fetch = () => Promise.resolve(Response.json({ settings: {} }, { headers }));
    const api = manageApi();
    await api.call("GET", "/api/settings");
    await jest.advanceTimersByTimeAsync(5_000);
    expect(api.serverNow()).toBe(Date.parse(at) + 5_000);
  },
);

test("a lock that another tab never gives back does not stop the check of a code", async () => {
  set("navigator", { locks: { request: never } });
  globalThis.fetch = (path) =>
    Promise.resolve(
      Response.json(path === "/api/auth/refresh" ? session : { table: { label: "7" } }),
    );
  expect(await outcomeOf(() => sendCheck("t"))).toEqual({ kind: "checked", label: "7" });
});

test("a lost answer about the session is asked for again: without one the session would end", async () => {
  let refreshes = 0;
  globalThis.fetch = (path, init) => {
    const isRefresh = path === "/api/auth/refresh";
    if (isRefresh && ++refreshes === 1) return saysNothing(path, init);
    return Promise.resolve(Response.json(isRefresh ? session : { table: { label: "7" } }));
  };
  expect(await outcomeOf(() => sendCheck("t"))).toEqual({ kind: "checked", label: "7" });
});

describe("a browser in which push never comes about", () => {
  const pushManager = { getSubscription: () => Promise.resolve(null), subscribe: never };
  beforeEach(() => {
    set("isSecureContext", true);
    set("PushManager", {});
    set("Notification", { permission: "granted" });
    globalThis.fetch = () => Promise.resolve(Response.json({ key: "k" }));
  });
  afterEach(() => {
    for (const name of ["isSecureContext", "PushManager", "Notification"])
      Reflect.deleteProperty(globalThis, name);
  });

  test.each([
    ["service worker", never()],
    ["push service", Promise.resolve({ pushManager })],
  ])("because its %s says nothing fails in time", async (_name, ready) => {
    set("navigator", { userAgent: "Linux", maxTouchPoints: 0, serviceWorker: { ready } });
    expect(await outcomeOf(() => subscribe(manageApi()))).toMatchObject({
      message: "the browser's push service says nothing",
    });
  });
});

describe("a test message", () => {
  const before = "2026-01-01T00:00:00.000Z";
  const answers = (shownAt: (look: number) => string | undefined) => {
    let looks = 0;
    globalThis.fetch = (path) =>
      Promise.resolve(
        Response.json(
          path === "/api/push/test"
            ? { status: "sent" }
            : { subscription: { lastTestShownAt: shownAt(++looks) } },
        ),
      );
    return () => looks;
  };

  test.each([undefined, before])("that the device never shows fails in time", async (shown) => {
    const looks = answers(() => shown);
    expect(await outcomeOf(() => testPush(manageApi(), shown, () => false))).toMatchObject({
      message: "not_shown",
    });
    expect(looks()).toBe(30);
  });

  test("that the device reports late, within the time, is shown", async () => {
    const later = "2026-01-01T00:00:14.000Z";
    answers((look) => (look < 28 ? before : later));
    expect(await outcomeOf(() => testPush(manageApi(), before, () => false))).toBe(later);
  });
});
