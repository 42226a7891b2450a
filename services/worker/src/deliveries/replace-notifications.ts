import { createReceipts, listShown } from "@waiter/push";
import type { Context } from "../context.ts";
import { readFacts } from "./read-facts.ts";
import { languageOf, quietPayload } from "./render-push.ts";
import { sendPush, topicOf, type Push } from "./send-push.ts";

/** A replacement is worth something while the notification is still looked at, s. */
const ttlS = 60;

/**
 * Replaces the notifications of a claimed, cancelled or dismissed request, silently, on the devices
 * that showed one: each then says who goes, or that it is over. Sent once: a device that
 * misses it learns the same when it opens the board.
 */
export async function replaceNotifications(
  { database, outbound, vapid }: Pick<Context, "database" | "outbound" | "vapid">,
  { tenantId, requestId }: { readonly tenantId: string; readonly requestId: string },
): Promise<void> {
  const pushes = await database.inTenant(tenantId, async (tx): Promise<Push[]> => {
    const devices = await listShown(tx, requestId);
    const facts = (await readFacts(tx, [requestId])).get(requestId);
    if (facts === undefined) return [];
    const receipts = await createReceipts(
      tx,
      devices.map(({ id, deliveryId }) => ({ deliveryId, subscriptionId: id })),
    );
    return devices.map((subscription, index) => {
      const { staffId, claimer, language } = subscription;
      const payload = quietPayload(facts, languageOf(language, facts.language), {
        receipt: receipts[index] ?? "",
        news:
          claimer === undefined
            ? { kind: "over" }
            : claimer.id === staffId
              ? { kind: "yours" }
              : { kind: "taken", name: claimer.name },
      });
      return { subscription, payload, ttlS, topic: topicOf(requestId) };
    });
  });
  await Promise.all(pushes.map((push) => sendPush(outbound, vapid, push)));
}
