import type { PushPayload } from "@waiter/contracts";
import { isolate } from "../i18n/isolate.ts";
import { reportReceipt, sendClaim } from "./push-receipts.ts";
import { pushTextsOf } from "./push-texts.ts";
import type { NotificationEvent, PushEvent, WorkerScope } from "./worker-scope.ts";

/** What a notification carries, for the tap on it. */
interface Carried {
  readonly push: PushPayload;
}
/** A page tells that a request needs no one here any more. */
interface Handled {
  readonly kind: "handled";
  readonly requestId: string;
  readonly name?: string;
}

/**
 * Shows a notification for every push, reports that it was shown and opened, and claims from it
 * without a page. A push that offers no claim replaces the notification silently: a person has the
 * request.
 */
export function servePush(): void {
  const scope = globalThis as unknown as WorkerScope;

  scope.addEventListener("push", (event) => {
    const push = payloadOf(event as PushEvent);
    (event as PushEvent).waitUntil(push === undefined ? Promise.resolve() : show(scope, push));
  });
  scope.addEventListener("notificationclick", (event) => {
    const { action, notification } = event as NotificationEvent;
    const { push } = (notification.data ?? {}) as Partial<Carried>;
    notification.close();
    const work =
      push === undefined
        ? openBoard(scope)
        : action === "claim"
          ? claim(scope, push)
          : open(scope, push);
    (event as NotificationEvent).waitUntil(work);
  });
  scope.addEventListener("message", (event) => {
    const message = (event as MessageEvent).data as Partial<Handled> | null;
    if (message?.kind === "handled" && message.requestId !== undefined)
      (event as unknown as PushEvent).waitUntil(handled(scope, message as Handled));
  });
}

function payloadOf({ data }: PushEvent): PushPayload | undefined {
  try {
    const push = data?.json() as PushPayload | undefined;
    return typeof push?.title === "string" && typeof push.receipt === "string" ? push : undefined;
  } catch {
    return undefined;
  }
}

async function show(scope: WorkerScope, push: PushPayload): Promise<void> {
  const texts = pushTextsOf(push.language);
  const isUrgent = push.kind === "request" && push.actions.includes("claim");
  const isHeard = isUrgent || push.kind === "test";
  await scope.registration.showNotification(push.title, {
    body: push.body,
    tag: push.tag,
    lang: push.language,
    dir: "auto",
    icon: "/icon-192.png",
    badge: "/icon-192.png",
    data: { push } satisfies Carried,
    actions: push.actions.map((action) => ({ action, title: texts[action] })),
    // Without it a second test, which replaces the first, would be silent.
    renotify: isHeard,
    requireInteraction: isUrgent,
    ...(isHeard ? { vibrate: [300, 100, 300] } : { silent: true }),
  });
  await reportReceipt(push.receipt, "shown");
}

async function open(scope: WorkerScope, push: PushPayload): Promise<void> {
  await Promise.all([reportReceipt(push.receipt, "opened"), openBoard(scope, push.requestId)]);
}

async function openBoard(scope: WorkerScope, requestId?: string): Promise<void> {
  const pages = await scope.clients.matchAll({ type: "window" });
  const page = pages.find(({ url }) => new URL(url).pathname === "/board");
  if (page === undefined) {
    await scope.clients.openWindow(requestId === undefined ? "/board" : `/board#${requestId}`);
    return;
  }
  page.postMessage({ kind: "show", requestId });
  await page.focus();
}

/** Claims in the person's name, with the page closed, and says how that went under the same tag. */
async function claim(scope: WorkerScope, push: PushPayload): Promise<void> {
  const texts = pushTextsOf(push.language);
  const outcome = await sendClaim(push.receipt);
  const body =
    outcome.kind === "mine"
      ? texts.yours
      : outcome.kind === "taken"
        ? outcome.name === undefined
          ? texts.takenBySomebody
          : texts.taken(nameIn(push, outcome.name))
        : outcome.kind === "over"
          ? texts.over
          : texts.failed;
  const hasFailed = outcome.kind === "failed";
  await scope.registration.showNotification(push.title, {
    body,
    tag: push.tag,
    lang: push.language,
    icon: "/icon-192.png",
    data: { push } satisfies Carried,
    silent: !hasFailed,
    renotify: hasFailed,
    requireInteraction: hasFailed,
    actions: (hasFailed ? push.actions : (["open"] as const)).map((action) => ({
      action,
      title: texts[action],
    })),
  });
}

const nameIn = ({ language }: PushPayload, name: string): string =>
  isolate(name, language === "ar" ? "rtl" : "ltr");

/** Replaces the notification of a request that a person has, or that is over. */
async function handled(scope: WorkerScope, { requestId, name }: Handled): Promise<void> {
  for (const notification of await scope.registration.getNotifications({ tag: requestId })) {
    const { push } = (notification.data ?? {}) as Partial<Carried>;
    if (push === undefined) continue;
    const texts = pushTextsOf(push.language);
    await scope.registration.showNotification(push.title, {
      body: name === undefined ? texts.over : texts.taken(nameIn(push, name)),
      tag: push.tag,
      lang: push.language,
      icon: "/icon-192.png",
      data: { push } satisfies Carried,
      silent: true,
      actions: [{ action: "open", title: texts.open }],
    });
  }
}
