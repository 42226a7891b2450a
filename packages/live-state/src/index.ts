export { GatewayCounts, type OwnCounts } from "./gateway-counts.ts";
export { Presence } from "./presence.ts";
export { concernsForMs, Revocations, revokedForMs, type Revocation } from "./revocations.ts";
export { announceDeadlines, DeadlineWakeUps } from "./deadline-wake-ups.ts";
