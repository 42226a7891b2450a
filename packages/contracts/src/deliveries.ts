/** Sending outside: dead letters, tests of a channel, and what a webhook receives. */
import { z } from "zod";
import { deliveryChannels, instant, request, requestState, restaurant, uuid } from "./shapes.ts";

/** A delivery whose sending failed for good. */
export const deadLetter = z.object({
  id: uuid,
  requestId: uuid,
  table: z.string(),
  type: z.string(),
  /** State of the request now: only a request that waits can be sent again. */
  requestState,
  channel: z.enum(deliveryChannels),
  /** The person that it was for; absent on a channel of the restaurant. */
  staff: z.object({ id: uuid, name: z.string() }).optional(),
  reason: z.string().optional(),
  attempts: z.int(),
  createdAt: instant,
  failedAt: instant,
});
export type DeadLetter = z.infer<typeof deadLetter>;
/** Body of a signed webhook (Standard Webhooks). `type` and shapes grow; ignore what is unknown. */
export const webhookBody = z.looseObject({
  type: z.enum(["request.unanswered", "test"]),
  timestamp: instant,
  data: z.looseObject({
    restaurant,
    url: z.string().optional().describe("The board, open at the request"),
    request: request
      .pick({ id: true, table: true, type: true, state: true, level: true, createdAt: true })
      .optional(),
  }),
});
export type WebhookBody = z.infer<typeof webhookBody>;

/**
 * Send one test: to a device's subscription, or to the restaurant's second channel. The job's
 * return value is a `ChannelTestAnswer`.
 */
export const deliveryTestJob = z.looseObject({
  tenantId: uuid,
  /** Absent: the second channel. */
  subscriptionId: uuid.optional(),
});
export type DeliveryTestJob = z.infer<typeof deliveryTestJob>;
