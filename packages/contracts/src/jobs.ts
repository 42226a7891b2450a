import { z } from "zod";
import { uuid } from "./shapes.ts";

/**
 * Raise the request to `level` if it is still unanswered and the database says that level is due.
 */
export const escalationJob = z.looseObject({
  tenantId: uuid,
  requestId: uuid,
  level: z.int().min(1),
  /** The round to ring first; a release that does not know it takes the job for an early one. */
  ring: z.int().min(1).optional(),
  traceparent: z.string().optional(),
});
export type EscalationJob = z.infer<typeof escalationJob>;
/** At most one job per request and level or ring. No colon: BullMQ refuses it in an id. */
export const escalationJobId = ({ requestId, level, ring }: EscalationJob): string =>
  ring === undefined ? `${requestId}-${level}` : `${requestId}-ring-${ring}`;

/**
 * Send the ledger row `deliveryId`, if it is still due. A job is only a wake-up: the row decides,
 * and the worker's sweeper adds the job of a due row again.
 */
export const deliveryJob = z.looseObject({
  tenantId: uuid,
  deliveryId: uuid,
  /**
   * Instead of a row: the request that no longer waits, whose notifications are replaced.
   * `deliveryId` has the same value, so a release that does not know it finds no row.
   */
  replaces: uuid.optional(),
  /** The subscription that reported a notification after the request was claimed or closed. */
  device: uuid.optional(),
  /** The request was cancelled or dismissed; without it, claimed. */
  isOver: z.boolean().optional(),
  traceparent: z.string().optional(),
});
export type DeliveryJob = z.infer<typeof deliveryJob>;
/**
 * At most one job per row, and one per request and state or reporting device to replace. A job that
 * runs may have listed the devices before a device reported.
 */
export const deliveryJobId = ({ deliveryId, replaces, device, isOver }: DeliveryJob): string =>
  replaces === undefined
    ? deliveryId
    : `${replaces}-${isOver === true ? "over" : "taken"}${device === undefined ? "" : `-${device}`}`;
