import { z } from "zod";
import { uuid } from "./shapes.ts";

/**
 * Raise the request to `level` if it is still unanswered and the database says that level is due.
 */
export const escalationJob = z.looseObject({
  tenantId: uuid,
  requestId: uuid,
  level: z.int().min(1),
  traceparent: z.string().optional(),
});
export type EscalationJob = z.infer<typeof escalationJob>;
/** At most one job per request and level. No colon: BullMQ refuses it in an id. */
export const escalationJobId = (job: EscalationJob): string => `${job.requestId}-${job.level}`;
