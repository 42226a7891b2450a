import type { ManageApi } from "../shared/manage-api.ts";
import { isSigningOut } from "../shared/sign-out.ts";
import { within } from "../shared/within.ts";

/** Why this device does not ring while its page is closed. */
export type PushObstacle = "insecure" | "install" | "unsupported" | "off" | "ask" | "denied";

/** Bound of what the browser does for a subscription, and of the wait for another one. */
const browserMs = 20_000;

const isIos = (): boolean =>
  /iPad|iPhone|iPod/.test(navigator.userAgent) ||
  (navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1);
const isInstalled = (): boolean => matchMedia("(display-mode: standalone)").matches;

/** What keeps notifications from this device before the server is asked; undefined when nothing does. */
export function obstacleHere(): Exclude<PushObstacle, "off"> | undefined {
  if (!isSecureContext) return "insecure";
  if (isIos() && !isInstalled()) return "install";
  if (!("serviceWorker" in navigator) || !("PushManager" in globalThis)) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  return Notification.permission === "granted" ? undefined : "ask";
}

/** Calls `listener` when the person changes the permission beside the page. @returns its end */
export function onPermission(listener: () => void): () => void {
  let status: PermissionStatus | undefined;
  let isOver = false;
  // Some browsers know no such question; the page then looks when it comes back.
  const query = navigator.permissions?.query({ name: "notifications" });
  query?.then(
    (answer) => {
      status = isOver ? undefined : answer;
      status?.addEventListener("change", listener);
    },
    () => undefined,
  );
  return () => {
    isOver = true;
    status?.removeEventListener("change", listener);
  };
}

/**
 * Subscribes this device and tells the server, at each start: a browser may change a subscription
 * without a word. `again`: the push service no longer knows what the browser keeps.
 * @returns what is missing. @throws when the server or the push service is away, and on a device
 * that signs out.
 */
export async function subscribe(api: ManageApi, again = false): Promise<PushObstacle | undefined> {
  const obstacle = obstacleHere();
  if (obstacle !== undefined) return obstacle;
  const { locks } = navigator as { locks?: LockManager };
  if (locks === undefined) return await subscribeNow(api, again);
  // One at a time in all tabs: the device has one subscription, and each run may replace it. A tab
  // that was frozen keeps its lock; this one then tries again later.
  const waiting = new AbortController();
  const timer = setTimeout(() => waiting.abort(), browserMs);
  try {
    return await locks.request("waiter:push", { signal: waiting.signal }, () => {
      clearTimeout(timer);
      return subscribeNow(api, again);
    });
  } finally {
    clearTimeout(timer);
  }
}

async function subscribeNow(api: ManageApi, again: boolean): Promise<PushObstacle | undefined> {
  const key = await keyOf(api);
  if (key === undefined) return "off";
  const subscription = await within(browserMs, subscribeHere(key, again));
  if (subscription === undefined) throw new Error("the browser's push service says nothing");
  await api.call("PUT", "/api/push/subscription", subscription.toJSON());
  return undefined;
}

/** What ends this device's subscription; a new one waits for it. */
let silencing: Promise<void> = Promise.resolve();

/**
 * Ends this device's subscription and closes its notifications, also without network: the api may
 * not hear of a sign-out for days, and sends pushes meanwhile. The next board that opens here
 * subscribes again. Never rejects; a browser that does not answer is given up.
 */
export function silenceDevice(): Promise<void> {
  silencing = within(browserMs, silence()).catch(() => undefined);
  return silencing;
}

async function silence(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration("/");
  const known = registration?.pushManager?.getSubscription();
  const unsubscribed = known?.then((subscription) => subscription?.unsubscribe());
  const closed = registration?.getNotifications().then((shown) => {
    for (const notification of shown) notification.close();
  });
  await Promise.allSettled([unsubscribed, closed]);
}

/** Whether the browser keeps a subscription of this device. */
export async function isSubscribed(): Promise<boolean> {
  try {
    const worker = await navigator.serviceWorker.getRegistration();
    return ((await worker?.pushManager.getSubscription()) ?? null) !== null;
  } catch {
    return false;
  }
}

/** Waits for the service worker and the push service, which may both stay away for good. */
async function subscribeHere(key: string, again: boolean): Promise<PushSubscription> {
  await silencing;
  const { pushManager } = await navigator.serviceWorker.ready;
  if (isSigningOut()) throw new Error("this device signs out");
  const known = await pushManager.getSubscription();
  const isOurs = known !== null && encode(known.options.applicationServerKey) === key;
  if (isOurs && !again) return known;
  await known?.unsubscribe();
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  if (!isSigningOut()) return made;
  // The sign-out in another tab came before this subscription and did not end it.
  await made.unsubscribe();
  throw new Error("this device signs out");
}

/** Undefined where the server sends no pushes. */
async function keyOf(api: ManageApi): Promise<string | undefined> {
  try {
    return (await api.call<{ key: string }>("GET", "/api/push/key")).key;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "push_off" || code === "not_found") return undefined;
    throw error;
  }
}

function encode(bytes: ArrayBuffer | null): string {
  if (bytes === null) return "";
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}
