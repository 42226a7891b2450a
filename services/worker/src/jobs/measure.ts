import { listConsumers } from "@waiter/database";
import type { Context } from "../context.ts";
import type { Leadership } from "./leadership.ts";

/**
 * Measures the outbox and the named consumers, if this worker leads; otherwise removes its values,
 * so that one worker reports them.
 */
export async function measure(
  { relay, database, metrics }: Pick<Context, "relay" | "database" | "metrics">,
  leadership: Pick<Leadership, "isLeader">,
): Promise<void> {
  const forget = (): void => {
    relay.forgetMeasures();
    forgetConsumers(metrics);
  };
  try {
    if (!(await leadership.isLeader())) return forget();
    await relay.measure();
    const consumers = await listConsumers(database.db);
    forgetConsumers(metrics);
    for (const { name: consumer, behindSeconds, lostAt } of consumers) {
      metrics.eventConsumerBehind.set({ consumer }, behindSeconds);
      metrics.eventConsumerLost.set({ consumer }, lostAt === null ? 0 : 1);
    }
  } catch (error) {
    forget();
    throw error;
  }
}

function forgetConsumers({
  eventConsumerBehind,
  eventConsumerLost,
}: Pick<Context["metrics"], "eventConsumerBehind" | "eventConsumerLost">): void {
  eventConsumerBehind.reset();
  eventConsumerLost.reset();
}
