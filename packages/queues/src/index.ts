export { createQueue } from "./create-queue.ts";
export { createWorker, type JobOutcome, type QueueWorker } from "./create-worker.ts";
export { createDeliveryProducer, type DeliveryProducer } from "./delivery-producer.ts";
export { forgetQueue, measureQueue } from "./measure-queue.ts";
export { createDeliveryTests, type DeliveryTests } from "./delivery-tests.ts";
