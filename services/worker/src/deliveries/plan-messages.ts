import type { TenantTransaction } from "@waiter/database";
import type { DeliveryOutcome, TakenDelivery } from "@waiter/ledger";
import type { OutboundClient } from "@waiter/outbound";
import {
  createReceipts,
  listAccepted,
  listLiveSubscriptions,
  type LiveSubscription,
} from "@waiter/push";
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
  const facts = await readFacts(tx, delivery.requestId);
  if (delivery.channel === "push" && delivery.staffId !== null)
    return planPush(tx, delivery, delivery.staffId, facts);
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

async function planPush(
  tx: TenantTransaction,
  { id, requestId, ttlS }: TakenDelivery,
  staffId: string,
  facts: Facts,
): Promise<Plan> {
  const devices = await listLiveSubscriptions(tx, staffId);
  if (devices.length === 0) return ended("unreachable", "no_subscription");
  const accepted = await listAccepted(tx, id);
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
