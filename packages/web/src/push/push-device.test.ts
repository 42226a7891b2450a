import { afterEach, expect, test } from "@jest/globals";
import type { ManageApi } from "../shared/manage-api.ts";
import { silenceDevice, subscribe } from "./push-device.ts";

const set = (name: string, value: unknown) =>
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
const { navigator: realNavigator } = globalThis;
afterEach(() => {
  set("navigator", realNavigator);
  for (const name of ["isSecureContext", "PushManager", "Notification", "localStorage"])
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

/** A browser that answers at once, in whose order `done` notes what happened. */
function setBrowser(done: string[]): void {
  interface Known {
    readonly key: string;
    readonly options: { readonly applicationServerKey: ArrayBuffer };
    readonly toJSON: () => { readonly key: string };
    readonly unsubscribe: () => Promise<void>;
  }
  let known: Known | null = null;
  const pushManager = {
    getSubscription: () => Promise.resolve(known),
    subscribe: ({ applicationServerKey: key }: { applicationServerKey: string }) => {
      done.push(`subscribe ${key}`);
      known = {
        key,
        options: { applicationServerKey: new Uint8Array(Buffer.from(key, "base64url")).buffer },
        toJSON: () => ({ key }),
        unsubscribe: () => Promise.resolve(void (done.push(`unsubscribe ${key}`), (known = null))),
      };
      return Promise.resolve(known);
    },
  };
  const registration = { pushManager, getNotifications: () => Promise.resolve([]) };
  const serviceWorker = {
    ready: Promise.resolve(registration),
    getRegistration: () => Promise.resolve(registration),
  };
  let last: Promise<unknown> = Promise.resolve();
  const locks = {
    request: (_name: string, _options: object, work: () => Promise<unknown>) => {
      last = last.then(work, work);
      return last;
    },
  };
  set("navigator", { userAgent: "Linux", maxTouchPoints: 0, serviceWorker, locks });
  set("isSecureContext", true);
  set("PushManager", {});
  set("Notification", { permission: "granted" });
}

test("of two runs during a change of the key the later one decides", async () => {
  const done: string[] = [];
  setBrowser(done);
  const { promise: first, resolve: answerFirst } = Promise.withResolvers<{ key: string }>();
  const keys = [first, Promise.resolve({ key: "TkVX" })];
  const call = (_method: string, path: string, body?: { key: string }) =>
    path === "/api/push/key" ? keys.shift() : Promise.resolve(void done.push(`store ${body?.key}`));
  const api = { call } as unknown as ManageApi;
  const runs = [subscribe(api), subscribe(api)];
  // The answer with the old key comes after the one with the new key.
  setImmediate(() => answerFirst({ key: "T0xE" }));
  await Promise.all(runs);
  expect(done.slice(-2)).toEqual(["subscribe TkVX", "store TkVX"]);
});

test.each(["before", "during"])("a sign-out %s a run leaves no subscription", async (when) => {
  const done: string[] = [];
  setBrowser(done);
  const kept = new Map<string, string>();
  set("localStorage", { getItem: (name: string) => kept.get(name) ?? null });
  const signOut = () => void kept.set("waiter:sign-out", "1");
  if (when === "before") signOut();
  const { pushManager } = await navigator.serviceWorker.ready;
  const make = pushManager.subscribe.bind(pushManager);
  pushManager.subscribe = (options) => (signOut(), make(options));
  const call = (_method: string, path: string) =>
    Promise.resolve(path === "/api/push/key" ? { key: "TkVX" } : void done.push("store"));
  await expect(subscribe({ call } as unknown as ManageApi)).rejects.toThrow("signs out");
  expect(done).toEqual(when === "before" ? [] : ["subscribe TkVX", "unsubscribe TkVX"]);
});
