export { appendEvent, appendWith, changeAndAppendWith, type NewEvent } from "./append-event.ts";
export { createPublishing } from "./create-publishing.ts";
export { followEvents, type ConsumedEvent } from "./follow-events.ts";
export { LookBack } from "./look-back.ts";
export type { Publisher } from "./publisher.ts";
export { reconcileHeads } from "./reconcile-heads.ts";
export { Relay } from "./relay.ts";
