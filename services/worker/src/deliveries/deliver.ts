import type { TenantTransaction } from "@waiter/database";
import {
  recordDeliveries,
  takeDeliveries,
  type DeliveryOutcome,
  type Taken,
  type TakenDelivery,
} from "@waiter/ledger";
import type { JobOutcome } from "@waiter/queues";
import type { Context } from "../context.ts";
import { decideOutcome, findNextTry } from "./decide-outcome.ts";
import { planMessages, type Plan } from "./plan-messages.ts";
import { ParkedRows } from "./parked-rows.ts";
import { recordSent, type SentRow } from "./record-sent.ts";
import type { SendResult } from "./send-result.ts";
import { TenantBatches } from "./tenant-batches.ts";

type Deps = Pick<
  Context,
  "config" | "database" | "outbound" | "vapid" | "domainUrl" | "metrics" | "logger"
>;

/** Rows of one transaction. */
const perBatch = 100;

type Work =
  | Exclude<Taken, { status: "send" }>
  | Extract<Plan, { status: "pause" }>
  | (Exclude<Plan, { status: "pause" }> & { readonly delivery: TakenDelivery });

/**
 * Sends what a row of the ledger asks for, and records what became of it. At least once: a worker
 * that dies between the call and the record leaves the row due with its try counted, and another
 * one sends it again under the same topic and id. A device that took the message is not sent to
 * again. Rows of one tenant that are due together share their transactions.
 */
export type Deliver = (job: {
  readonly tenantId: string;
  readonly deliveryId: string;
}) => Promise<JobOutcome>;

export function createDeliver(deps: Deps): Deliver {
  const { database, logger } = deps;
  const { DELIVERY_ATTEMPTS: atMost } = deps.config;
  const parked = new ParkedRows(deps.outbound);
  const takes = new TenantBatches<string, Work>(
    (tenantId, ids) => database.inTenant(tenantId, (tx) => take(tx, deps, ids)),
    perBatch,
  );
  const records = new TenantBatches<SentRow, void>(async (tenantId, rows) => {
    await database.inTenant(tenantId, (tx) => recordSent(tx, rows));
    return [];
  }, perBatch);
  return async ({ tenantId, deliveryId }) => {
    const pauseMs = parked.pauseOf(deliveryId);
    if (pauseMs !== undefined) return { status: "later", inMs: pauseMs };
    const work = await takes.add(tenantId, deliveryId);
    switch (work.status) {
      case "over":
        if (work.failed !== undefined) count(deps, work.failed, { state: "failed" }, []);
        return { status: "done" };
      case "early":
        return { status: "later", inMs: work.inMs };
      case "pause":
        return {
          status: "later",
          inMs: parked.park(deliveryId, work.destinations, work.leftMs),
        };
      case "end":
        count(deps, work.delivery, work.outcome, []);
        return { status: "done" };
      case "send":
        break;
    }
    const { delivery, messages } = work;
    const end = Date.now() + delivery.ttlS * 1_000;
    const sent = await Promise.all(
      messages.map(async (message) => ({ message, result: await message.send(deps) })),
    );
    const results = sent.map(({ result }) => result);
    const tries = delivery.tries + 1;
    const next = findNextTry(results, { leftMs: end - Date.now(), tries, atMost });
    const outcome = next === undefined ? decideOutcome(results, work) : undefined;
    // A try that failed was counted before its calls.
    const counts = next?.counts ?? true;
    if (outcome !== undefined || !counts || results.some(isAboutDevice))
      await records.add(tenantId, { id: delivery.id, sent, outcome, counts });
    if (outcome !== undefined) count(deps, delivery, outcome, results);
    if (next === undefined) return { status: "done" };
    const { inMs, reason } = next;
    if (counts) logger.warn("delivery failed, trying again", { deliveryId, tries, reason });
    return { status: "later", inMs };
  };
}

/** Something to record of the device that was called. */
const isAboutDevice = ({ outcome }: SendResult): boolean =>
  outcome === "accepted" || outcome === "gone";

/** Reads the rows and plans their calls; ends those that no call is to be made for. */
async function take(
  tx: TenantTransaction,
  { outbound, config }: Pick<Deps, "outbound" | "config">,
  ids: readonly string[],
): Promise<Work[]> {
  const taken = await takeDeliveries(tx, ids);
  const due = [...taken.values()].flatMap((one) => (one.status === "send" ? [one.delivery] : []));
  const plans =
    due.length > 0
      ? await planMessages(tx, { outbound, atMost: config.DELIVERY_ATTEMPTS }, due)
      : new Map<string, Plan>();
  for (const [id, plan] of plans)
    if (plan.status === "end") await recordDeliveries(tx, [id], plan.outcome);
  return ids.map((id) => workOf(taken.get(id), plans.get(id)));
}

function workOf(taken: Taken | undefined, plan: Plan | undefined): Work {
  if (taken === undefined) return { status: "over" };
  if (taken.status !== "send") return taken;
  if (plan === undefined) throw new Error("a due delivery without a plan");
  return plan.status === "pause" ? plan : { ...plan, delivery: taken.delivery };
}

function count(
  { metrics }: Pick<Deps, "metrics">,
  { channel, createdAt }: Pick<TakenDelivery, "channel" | "createdAt">,
  { state }: DeliveryOutcome,
  results: readonly SendResult[],
): void {
  const isGone =
    state === "failed" && results.length > 0 && results.every(({ outcome }) => outcome === "gone");
  metrics.deliveries.inc({ channel, outcome: isGone ? "gone" : state });
  if (state === "sent")
    metrics.deliveryDuration.observe({ channel }, (Date.now() - createdAt.getTime()) / 1_000);
}
