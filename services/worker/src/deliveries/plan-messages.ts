import type { TenantTransaction } from "@waiter/database";
import { beginTries, type DeliveryOutcome, type TakenDelivery } from "@waiter/ledger";
import type { OutboundClient } from "@waiter/outbound";
import {
  createReceipts,
  listAccepted,
  listLiveSubscriptions,
  type LiveSubscription,
  type PersonSubscription,
} from "@waiter/push";
import type { VapidSigner } from "../outbound/vapid-signer.ts";
import { soonestRefusal, type Destination } from "./parked-rows.ts";
import { readFacts, type Facts } from "./read-facts.ts";
import { languageOf, requestPayload } from "./render-push.ts";
import { sendPush, topicOf } from "./send-push.ts";
import type { SendResult } from "./send-result.ts";
import { sendSecondChannel } from "./send-second-channel.ts";

export interface Senders {
  readonly outbound: OutboundClient;
  /** Absent: push is off. */
  readonly vapid: VapidSigner | undefined;
  /** Base of the tenants' hosts; absent: messages carry no link. */
  readonly domainUrl: string | undefined;
}

/** One call to make. */
export interface Message {
  readonly send: (senders: Senders) => Promise<SendResult>;
  /** Of a push. */
  readonly device?: { readonly subscription: LiveSubscription; readonly receipt: string };
}

/**
 * - `send`: the calls to make; `hasAccepted`: an earlier try reached a device.
 * - `end`: no call is to be made, and what becomes of the row.
 * - `pause`: each host that is left refuses calls; nothing was tried. `leftMs`: until the step is
 *   over.
 */
export type Plan =
  | {
      readonly status: "send";
      readonly messages: readonly Message[];
      readonly hasAccepted: boolean;
    }
  | { readonly status: "end"; readonly outcome: DeliveryOutcome }
  | {
      readonly status: "pause";
      readonly destinations: readonly Destination[];
      readonly leftMs: number;
    };

interface Planning {
  readonly outbound: Pick<OutboundClient, "refusal">;
  /** Tries of a row. */
  readonly atMost: number;
}

/**
 * The calls that due rows of one tenant ask for, by row; each row that gets calls has its try
 * counted. A push goes to each living device of the person that has not accepted it yet, with a
 * receipt of its own.
 */
export async function planMessages(
  tx: TenantTransaction,
  planning: Planning,
  deliveries: readonly TakenDelivery[],
): Promise<ReadonlyMap<string, Plan>> {
  const pushes = deliveries.filter(({ channel }) => channel === "push");
  // Sent to Postgres together: one round trip.
  const [facts, devices, accepted] = await Promise.all([
    readFacts(tx, [...new Set(deliveries.map(({ requestId }) => requestId))]),
    listLiveSubscriptions(tx, [...new Set(pushes.flatMap(({ staffId }) => staffId ?? []))]),
    listAccepted(
      tx,
      pushes.flatMap(({ id, wasTried }) => (wasTried ? [id] : [])),
    ),
  ]);
  const devicesOf = Map.groupBy(devices, ({ staffId }) => staffId);
  const drafts = deliveries.map((delivery) => {
    const about = facts.get(delivery.requestId);
    if (about === undefined) throw new Error("a delivery without its request");
    const known = {
      facts: about,
      devices: devicesOf.get(delivery.staffId ?? "") ?? [],
      accepted: accepted.get(delivery.id) ?? new Set(),
    };
    return { delivery, draft: draftOf(planning, delivery, known) };
  });
  return await completeDrafts(tx, drafts);
}

interface Known {
  readonly facts: Facts;
  readonly devices: readonly PersonSubscription[];
  readonly accepted: ReadonlySet<string>;
}

/** A plan whose receipts are not made yet. */
type Draft =
  | Exclude<Plan, { status: "send" }>
  | {
      readonly status: "send";
      /** Devices to push to; none on a channel of the restaurant. */
      readonly devices: readonly PersonSubscription[];
      readonly known: Known;
    };

function draftOf({ outbound, atMost }: Planning, delivery: TakenDelivery, known: Known): Draft {
  const { channel, tries } = delivery;
  const { facts, devices, accepted } = known;
  // The worker of the last try died before it recorded the answer.
  if (tries >= atMost)
    return accepted.size > 0
      ? { status: "end", outcome: { state: "sent" } }
      : { status: "end", outcome: { state: "failed", reason: "interrupted" } };
  if (channel !== "push") {
    const own = facts.secondChannel;
    if (own === null || own.kind !== channel)
      return { status: "end", outcome: { state: "superseded", reason: "channel_changed" } };
    const destinations = [{ target: own.kind, url: own.target }];
    return refused(outbound, delivery, destinations) ?? { status: "send", devices: [], known };
  }
  if (devices.length === 0)
    return { status: "end", outcome: { state: "unreachable", reason: "no_subscription" } };
  const waiting = devices.filter(({ id }) => !accepted.has(id));
  const destinations = waiting.map(({ endpoint }) => ({ target: "push" as const, url: endpoint }));
  return refused(outbound, delivery, destinations) ?? { status: "send", devices: waiting, known };
}

/** Where every call would be refused: another time, or never, if its step is over by then. */
function refused(
  outbound: Pick<OutboundClient, "refusal">,
  { ttlS }: TakenDelivery,
  destinations: readonly Destination[],
): Draft | undefined {
  const soonest = soonestRefusal(outbound, destinations);
  if (soonest === undefined) return undefined;
  const leftMs = ttlS * 1_000;
  return soonest.retryInMs < leftMs
    ? { status: "pause", destinations, leftMs }
    : { status: "end", outcome: { state: "failed", reason: soonest.reason } };
}

async function completeDrafts(
  tx: TenantTransaction,
  drafts: readonly { readonly delivery: TakenDelivery; readonly draft: Draft }[],
): Promise<ReadonlyMap<string, Plan>> {
  const receipts = drafts.flatMap(({ delivery, draft }) =>
    draft.status === "send"
      ? draft.devices.map(({ id }) => ({ deliveryId: delivery.id, subscriptionId: id }))
      : [],
  );
  const sent = drafts.flatMap(({ delivery, draft }) =>
    draft.status === "send" ? [delivery.id] : [],
  );
  // Sent to Postgres together.
  const [secrets] = await Promise.all([createReceipts(tx, receipts), beginTries(tx, sent)]);
  const secretOf = new Map(
    receipts.map(({ deliveryId, subscriptionId }, index) => [
      `${deliveryId} ${subscriptionId}`,
      secrets[index] ?? "",
    ]),
  );
  return new Map(
    drafts.map(({ delivery, draft }): [string, Plan] => {
      if (draft.status !== "send") return [delivery.id, draft];
      const { devices, known } = draft;
      const messages =
        delivery.channel === "push"
          ? devices.map((device) =>
              pushMessage(delivery, known.facts, {
                device,
                receipt: secretOf.get(`${delivery.id} ${device.id}`) ?? "",
              }),
            )
          : secondChannelMessages(delivery, known.facts);
      return [delivery.id, { status: "send", messages, hasAccepted: known.accepted.size > 0 }];
    }),
  );
}

function pushMessage(
  { requestId, ttlS }: TakenDelivery,
  facts: Facts,
  { device, receipt }: { readonly device: PersonSubscription; readonly receipt: string },
): Message {
  const payload = requestPayload(facts, languageOf(device.language, facts.language), receipt);
  const push = { subscription: device, payload, ttlS, topic: topicOf(requestId) };
  return {
    device: { subscription: device, receipt },
    send: ({ outbound, vapid }) => sendPush(outbound, vapid, push),
  };
}

function secondChannelMessages({ id }: TakenDelivery, facts: Facts): readonly Message[] {
  const { restaurant, language, secondChannel: channel } = facts;
  if (channel === null) return [];
  const message = { channel, messageId: id, restaurant, language, facts };
  return [{ send: (senders) => sendSecondChannel(senders, message) }];
}
