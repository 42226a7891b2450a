import { afterEach, expect, test } from "@jest/globals";
import type { ManageApi } from "../shared/manage-api.ts";
import { silenceDevice, subscribe } from "./push-device.ts";

const set = (name: string, value: unknown) =>
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
const { navigator: realNavigator } = globalThis;
afterEach(() => {
  set("navigator", realNavigator);
  for (const name of ["isSecureContext", "PushManager", "Notification"])
    Reflect.deleteProperty(globalThis, name);
});

test("a device that is silenced has no subscription and no notification; a new one waits", async () => {
  const done: string[] = [];
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const subscription = (name: string) => ({
    options: { applicationServerKey: null },
    toJSON: () => ({ name }),
    unsubscribe: async () => {
      done.push(`unsubscribe ${name}`);
      await answered;
      known = null;
    },
  });
  let known: ReturnType<typeof subscription> | null = subscription("old");
  const pushManager = {
    getSubscription: () => Promise.resolve(known),
    subscribe: () => (done.push("subscribe"), Promise.resolve(subscription("new"))),
  };
  const registration = {
    pushManager,
    getNotifications: () => Promise.resolve([{ close: () => void done.push("close") }]),
  };
  const serviceWorker = {
    ready: Promise.resolve(registration),
    getRegistration: () => Promise.resolve(registration),
  };
  set("navigator", { userAgent: "Linux", maxTouchPoints: 0, serviceWorker });
  set("isSecureContext", true);
  set("PushManager", {});
  set("Notification", { permission: "granted" });
  const silenced = silenceDevice();
  const call = (_method: string, path: string) =>
    Promise.resolve(path === "/api/push/key" ? { key: "" } : void done.push("stored"));
  const subscribed = subscribe({ call } as unknown as ManageApi);
  // A subscription that does not wait has taken the old one by then.
  setImmediate(answer);
  await Promise.all([silenced, subscribed]);
  expect(done).toEqual(["unsubscribe old", "close", "subscribe", "stored"]);
});

test("notifications are closed where the browser refuses to end the subscription", async () => {
  let isClosed = false;
  const unsubscribe = () => Promise.reject(new Error("no network"));
  const registration = {
    pushManager: { getSubscription: () => Promise.resolve({ unsubscribe }) },
    getNotifications: () => Promise.resolve([{ close: () => void (isClosed = true) }]),
  };
  set("navigator", { serviceWorker: { getRegistration: () => Promise.resolve(registration) } });
  await silenceDevice();
  expect(isClosed).toBe(true);
});

test("a browser without service workers is silenced too", async () => {
  set("navigator", {});
  await expect(silenceDevice()).resolves.toBeUndefined();
});
