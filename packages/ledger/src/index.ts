export { endExpired } from "./end-expired.ts";
export { purgeDeliveries } from "./purge-deliveries.ts";
export { readDeliveries } from "./read-deliveries.ts";
export { readReach } from "./read-reach.ts";
export { recordDelivery, type DeliveryOutcome } from "./record-delivery.ts";
export { requestRings } from "./request-rings.ts";
export { ringStep, type Rung, type RungRow, type Step, type StepOptions } from "./ring-step.ts";
export { saveScreens, type SeenScreen } from "./save-screens.ts";
export { takeDelivery, type Taken, type TakenDelivery } from "./take-delivery.ts";
