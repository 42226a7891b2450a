export { appendEvent, type NewEvent } from "./append-event.ts";
export { createEmitter, type WaiterEmitter, type WaiterEvents } from "./create-emitter.ts";
export type { LeaseOptions } from "./lease-outbox.ts";
export { MemoryReplayLog } from "./memory-replay-log.ts";
export { OutboxCleaner, type OutboxCleanerOptions } from "./outbox-cleaner.ts";
export { createPublishing, type Publishing, type PublishingOptions } from "./create-publishing.ts";
export {
  createPublishEvent,
  type PublishEvent,
  type PublishEventOptions,
} from "./publish-event.ts";
export { Publisher, type PublisherOptions } from "./publisher.ts";
export { changeEpoch, reconcileHeads } from "./reconcile-heads.ts";
export { RedisReplayLog } from "./redis-replay-log.ts";
export { Relay, type RelayOptions } from "./relay.ts";
export {
  replayLimits,
  type Appended,
  type LoggedEvent,
  type ReplayAnswer,
  type ReplayLimits,
  type ReplayLog,
} from "./replay-log.ts";
