import type { TenantTransaction } from "@waiter/database";
import type { DeliveryOutcome, TakenDelivery } from "@waiter/ledger";
import type { OutboundClient } from "@waiter/outbound";
import {
  createReceipts,
  listAccepted,
  listLiveSubscriptions,
  type LiveSubscription,
} from "@waiter/push";
import { sql } from "kysely";
import type { VapidKeys } from "../outbound/create-outbound.ts";
import { readFacts, type Facts } from "./read-facts.ts";
import { languageOf, requestPayload } from "./render-push.ts";
import { sendPush, topicOf } from "./send-push.ts";
import type { SendResult } from "./send-result.ts";
import { sendSecondChannel } from "./send-second-channel.ts";

export interface Senders {
  readonly outbound: OutboundClient;
  /** Absent: push is off. */
  readonly vapid: VapidKeys | undefined;
}

/** One call to make. */
export interface Message {
  readonly send: (senders: Senders) => Promise<SendResult>;
  /** Of a push. */
  readonly device?: { readonly subscription: LiveSubscription; readonly receipt: string };
}

export interface Plan {
  readonly messages: readonly Message[];
  /** Whether an earlier try reached a device. */
  readonly hasAccepted: boolean;
  /** What becomes of the row where no call is to be made. */
  readonly end?: DeliveryOutcome;
}

const ended = (state: DeliveryOutcome["state"], reason: string): Plan => ({
  messages: [],
  hasAccepted: false,
  end: { state, reason },
});

/**
 * The calls that a due row asks for. A push goes to each living device of the person that has not
 * accepted it yet, with a receipt of its own.
 */
export async function planMessages(tx: TenantTransaction, delivery: TakenDelivery): Promise<Plan> {
  const isPush = delivery.channel === "push";
  // Sent to Postgres together: one round trip.
  const [attempts, facts, devices] = await Promise.all([
    countAttempt(tx, delivery.id),
    readFacts(tx, delivery.requestId),
    isPush && delivery.staffId !== null ? listLiveSubscriptions(tx, delivery.staffId) : [],
  ]);
  if (isPush) return planPush(tx, delivery, { facts, devices, isFirst: attempts === 1 });
  const channel = facts.secondChannel;
  if (channel === null || channel.kind !== delivery.channel)
    return ended("superseded", "channel_changed");
  const { restaurant, language } = facts;
  const message = { channel, messageId: delivery.id, restaurant, language, facts };
  return {
    messages: [{ send: ({ outbound }) => sendSecondChannel(outbound, message) }],
    hasAccepted: false,
  };
}

/** Counts a try; returns which one it is. */
async function countAttempt(tx: TenantTransaction, id: string): Promise<number> {
  const { rows } = await sql<{ attempts: number }>`
    update delivery set attempts = attempts + 1
    where tenant_id = ${tx.tenantId} and id = ${id} returning attempts`.execute(tx);
  return rows[0]?.attempts ?? 1;
}

interface PushPlan {
  readonly facts: Facts;
  readonly devices: Awaited<ReturnType<typeof listLiveSubscriptions>>;
  readonly isFirst: boolean;
}

async function planPush(
  tx: TenantTransaction,
  { id, requestId, ttlS }: TakenDelivery,
  { facts, devices, isFirst }: PushPlan,
): Promise<Plan> {
  if (devices.length === 0) return ended("unreachable", "no_subscription");
  const accepted = isFirst ? new Set<string>() : await listAccepted(tx, id);
  const waiting = devices.filter((device) => !accepted.has(device.id));
  const receipts = await createReceipts(tx, {
    deliveryId: id,
    subscriptionIds: waiting.map((device) => device.id),
  });
  const messages = waiting.map(({ language, ...subscription }): Message => {
    const receipt = receipts.get(subscription.id) ?? "";
    const payload = requestPayload(facts, languageOf(language, facts.language), receipt);
    const topic = topicOf(requestId);
    return {
      device: { subscription, receipt },
      send: ({ outbound, vapid }) =>
        sendPush(outbound, vapid, { subscription, payload, ttlS, topic }),
    };
  });
  return { messages, hasAccepted: accepted.size > 0 };
}
