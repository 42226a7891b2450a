export { GatewayCounts, type OwnCounts } from "./gateway-counts.ts";
export { Presence } from "./presence.ts";
export { Revocations, revokedForMs } from "./revocations.ts";
