import type { Metrics } from "@waiter/metrics";
import type { Job, Queue } from "bullmq";

const states = ["waiting", "prioritized", "active", "delayed", "failed"] as const;
/** States of jobs that could run now, or should have by now. */
const pending = ["waiting", "prioritized", "delayed"] as const;

/**
 * Sets a queue's gauges: jobs by state, and how long the oldest job has been due. A delayed job is
 * not due before its time.
 */
export async function measureQueue(
  queue: Queue,
  metrics: Pick<Metrics, "queueJobs" | "queueOldestJobSeconds">,
  now: () => number = Date.now,
): Promise<void> {
  const [counts, ...firsts] = await Promise.all([
    queue.getJobCounts(...states),
    ...pending.map((state) => queue.getJobs([state], 0, 0, true)),
  ]);
  for (const state of states)
    metrics.queueJobs.set({ queue: queue.name, state }, counts[state] ?? 0);
  const ages = firsts.flat().map((job) => (now() - dueAt(job)) / 1_000);
  metrics.queueOldestJobSeconds.set({ queue: queue.name }, Math.max(0, ...ages));
}

/**
 * Removes a queue's gauges, because its Redis does not answer: the last numbers would mislead
 * autoscalers and alerts. Those of other queues stay.
 */
export function forgetQueue(
  { name }: Pick<Queue, "name">,
  { queueJobs, queueOldestJobSeconds }: Pick<Metrics, "queueJobs" | "queueOldestJobSeconds">,
): void {
  for (const state of states) queueJobs.remove({ queue: name, state });
  queueOldestJobSeconds.remove({ queue: name });
}

/**
 * BullMQ sets `delay` to 0 once a job waits, and counts it from the last run where a run asked for
 * it.
 */
const dueAt = ({ timestamp, opts, processedOn, delay }: Job): number =>
  Math.max(timestamp + (opts.delay ?? 0), (processedOn ?? 0) + delay);
