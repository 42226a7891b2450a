import { startPushService, type PushService, type System } from "@waiter/testkit";
import type { Page } from "playwright-core";
import { ask } from "./ask.ts";
import { openPage, signIn } from "./pages.ts";
import type { Contexts } from "./share-system.ts";

/** What a system needs for a push service on this machine. */
export const pushEnv = {
  PUSH_ALLOWED_HOSTS: "127.0.0.1",
  OUTBOUND_PRIVATE_NETWORKS: "127.0.0.1/32",
} as const;

/** A push service whose sender is the system. */
export async function pushServiceOf(system: System, token: string): Promise<PushService> {
  const { key } = (await ask(system, "/api/push/key", { token })).body;
  return await startPushService(String(key));
}

/**
 * Anna's board with a subscription. A push service that the browser cannot reach stands for the
 * phone's maker.
 */
export async function openSubscribedBoard(
  browser: Contexts,
  system: System,
  service: PushService,
): Promise<Page & AsyncDisposable> {
  const page = await openPage(browser, {
    viewport: { width: 1280, height: 800 },
    permissions: ["notifications"],
  });
  await page.addInitScript((subscription) => {
    const { prototype } = PushManager;
    prototype.getSubscription = () => Promise.resolve(null);
    prototype.subscribe = () =>
      Promise.resolve({ toJSON: () => subscription } as unknown as PushSubscription);
  }, service.subscribe());
  await page.goto(`${system.file.tenantOrigin}/board`);
  const stored = subscriptionStored(page);
  await signIn(page, system, "anna");
  const answer = await stored;
  if (answer.status() !== 200) throw new Error(`no subscription: ${answer.status()}`);
  return page;
}

/** The api's answer to the subscription that the page sends when it starts. */
export const subscriptionStored = (page: Page) =>
  page.waitForResponse(
    (answer) =>
      answer.request().method() === "PUT" && answer.url().endsWith("/api/push/subscription"),
    { timeout: 60_000 },
  );
