export { createQueue, type QueueOptions } from "./create-queue.ts";
export {
  createWorker,
  type JobOutcome,
  type QueueWorker,
  type WorkerOptions,
} from "./create-worker.ts";
export { jobDefaults } from "./defaults.ts";
export {
  createEscalationProducer,
  type EscalationProducer,
  type EscalationProducerOptions,
} from "./escalation-producer.ts";
export { forgetQueue, measureQueue } from "./measure-queue.ts";
