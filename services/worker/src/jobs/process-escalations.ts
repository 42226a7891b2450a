import { escalationJob, queueNames } from "@waiter/contracts";
import { toJobFailure } from "@waiter/errors";
import { createWorker, type QueueWorker } from "@waiter/queues";
import type { Context } from "../context.ts";
import { fireDeadline } from "./fire-deadline.ts";

/**
 * Runs the escalation jobs that an api of the previous release adds; this release's deadlines need
 * no jobs. A job that runs too early by Postgres' clock runs again when it is due.
 */
export const startEscalationWorker = (context: Context): QueueWorker =>
  createWorker(queueNames.escalation, {
    connection: context.queueRedis,
    concurrency: context.config.WORKER_CONCURRENCY,
    schema: escalationJob,
    process: async (job) => {
      const kind = job.ring === undefined ? "escalation" : "ring";
      const result = await fireDeadline(context, { ...job, kind });
      return result.status === "early"
        ? { status: "later", inMs: result.inMs }
        : { status: "done" };
    },
    isRetryable: (error) => toJobFailure(error).retry,
    logger: context.logger,
  });
