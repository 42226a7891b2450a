export {
  OutboundClient,
  type OutboundAnswer,
  type OutboundCall,
  type OutboundOptions,
} from "./outbound-client.ts";
export { OutboundError, outboundFailures, type OutboundFailure } from "./outbound-error.ts";
export { retryAfterMs } from "./retry-after.ts";
