export { addressed, dutyMemoryMs, type Floor, type Place } from "./addressed.ts";
export { audienceAt, defaultPolicy, defaultSeconds, effectivePolicy, secondsOf } from "./policy.ts";
/** @testonly */
export { offsetS } from "./policy.ts";
