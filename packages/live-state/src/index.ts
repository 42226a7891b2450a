export { GatewayCounts, type OwnCounts, type SocketCounts } from "./gateway-counts.ts";
export { Presence } from "./presence.ts";
export { Revocations, revokedForMs } from "./revocations.ts";
