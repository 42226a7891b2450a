import type { TenantTransaction } from "@waiter/database";
import {
  recordDelivery,
  takeDelivery,
  type DeliveryOutcome,
  type TakenDelivery,
} from "@waiter/ledger";
import { acceptReceipt, deleteDeadSubscription } from "@waiter/push";
import type { JobOutcome, JobRun } from "@waiter/queues";
import type { Context } from "../context.ts";
import { decideOutcome, findNextTry } from "./decide-outcome.ts";
import { planMessages, type Message } from "./plan-messages.ts";
import type { SendResult } from "./send-result.ts";

type Deps = Pick<Context, "database" | "outbound" | "vapid" | "metrics">;

/** A try that failed and that a later one may mend: BullMQ runs the job again. */
export class SendFailed extends Error {}

interface Sent {
  readonly message: Message;
  readonly result: SendResult;
}

/**
 * Sends what a row of the ledger asks for, and records what became of it. At least once: a worker
 * that dies between the call and the record leaves the row due, and another one sends it again
 * under the same topic and id. A device that took the message is not sent to again.
 *
 * Rejects with `SendFailed` when another try may help.
 */
export async function deliver(
  deps: Deps,
  { tenantId, deliveryId }: { readonly tenantId: string; readonly deliveryId: string },
  { isLastAttempt }: JobRun,
): Promise<JobOutcome> {
  const taken = await deps.database.inTenant(tenantId, (tx) => take(tx, deliveryId));
  if (taken.status === "early") return { status: "later", inMs: taken.inMs };
  if (taken.status === "over") return { status: "done" };
  const { delivery, plan } = taken;
  const end = Date.now() + delivery.ttlS * 1_000;
  const sent = await Promise.all(
    plan.messages.map(async (message) => ({ message, result: await message.send(deps) })),
  );
  const results = sent.map(({ result }) => result);
  const next = isLastAttempt ? undefined : findNextTry(results, end - Date.now());
  const outcome = next === undefined ? decideOutcome(results, plan) : undefined;
  await deps.database.inTenant(tenantId, (tx) => record(tx, delivery, sent, outcome));
  if (outcome !== undefined) count(deps, delivery, outcome, results);
  if (next === undefined) return { status: "done" };
  if (next.outcome === "later") return { status: "later", inMs: next.inMs };
  throw new SendFailed(`${delivery.channel}: ${next.reason}`);
}

async function take(tx: TenantTransaction, id: string) {
  const taken = await takeDelivery(tx, id);
  if (taken.status !== "send") return taken;
  return { ...taken, plan: await planMessages(tx, taken.delivery) };
}

async function record(
  tx: TenantTransaction,
  { id }: TakenDelivery,
  sent: readonly Sent[],
  outcome: DeliveryOutcome | undefined,
): Promise<void> {
  // Sent to Postgres together: a connection runs them in this order.
  await Promise.all([
    ...sent.map(({ message: { device }, result }) => {
      if (device === undefined) return undefined;
      if (result.outcome === "accepted") return acceptReceipt(tx, device.receipt);
      if (result.outcome === "gone") return deleteDeadSubscription(tx, device.subscription);
      return undefined;
    }),
    outcome && recordDelivery(tx, id, outcome),
  ]);
}

function count(
  { metrics }: Pick<Deps, "metrics">,
  { channel, createdAt }: TakenDelivery,
  { state }: DeliveryOutcome,
  results: readonly SendResult[],
): void {
  const isGone = state === "failed" && results.every(({ outcome }) => outcome === "gone");
  metrics.deliveries.inc({ channel, outcome: isGone ? "gone" : state });
  if (state === "sent")
    metrics.deliveryDuration.observe({ channel }, (Date.now() - createdAt.getTime()) / 1_000);
}
