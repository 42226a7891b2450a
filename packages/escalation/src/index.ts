export { addressed, dutyMemoryMs, type Floor, type Place } from "./addressed.ts";
export {
  audienceAt,
  defaultPolicy,
  effectivePolicy,
  lastLevel,
  offsetS,
  secondsOf,
} from "./policy.ts";
