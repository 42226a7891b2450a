import type { DefaultJobOptions } from "bullmq";
import { BullMQOtel } from "bullmq-otel";

const second = 1_000;
const daySeconds = 86_400;

/**
 * Defaults of every job: bounded attempts, and finished jobs kept up to an age and a count.
 */
export const jobDefaults = {
  attempts: 5,
  backoff: { type: "exponential", delay: second, jitter: 0.5 },
  removeOnComplete: { age: daySeconds / 24, count: 1_000 },
  removeOnFail: { age: 7 * daySeconds, count: 1_000 },
} as const satisfies DefaultJobOptions;

/**
 * Carries the trace context in each job's metadata; without a tracer it does nothing. Made with
 * each queue, not with this module: a tracer asked for before tracing has started would stay
 * without one.
 */
export const createTelemetry = (): BullMQOtel => new BullMQOtel({ tracerName: "@waiter/queues" });
