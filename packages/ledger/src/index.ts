export { recordDelivery, type DeliveryOutcome } from "./record-delivery.ts";
export { takeDelivery, type Taken, type TakenDelivery } from "./take-delivery.ts";
