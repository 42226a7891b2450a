export { endExpired } from "./end-expired.ts";
export { purgeDeliveries } from "./purge-deliveries.ts";
export { readDeliveries } from "./read-deliveries.ts";
export { readReach, readTenantReach } from "./read-reach.ts";
export { listDeadLetters, replayDeadLetter } from "./dead-letters.ts";
export {
  recordDeliveries,
  recordDelivery,
  recordTries,
  type DeliveryOutcome,
} from "./record-delivery.ts";
export { requestRings } from "./request-rings.ts";
export { ringStep, type Rung, type RungRow } from "./ring-step.ts";
export { saveScreens, type SeenScreen } from "./save-screens.ts";
export { takeDeliveries, type Taken, type TakenDelivery } from "./take-deliveries.ts";
