export { OutboundClient, type OutboundAnswer } from "./outbound-client.ts";
export { OutboundError } from "./outbound-error.ts";
export { retryAfterMs } from "./retry-after.ts";
export type { Refusal, Target } from "./host-guards.ts";
