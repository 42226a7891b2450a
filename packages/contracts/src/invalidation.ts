import { z } from "zod";
import { uuid } from "./shapes.ts";

/** What an api process drops from its caches. */
export const invalidation = z.looseObject({
  tenantId: uuid,
  /** `requests`: the board changed without an event, which alone would have moved its position. */
  scope: z.enum(["tenant", "requests"]),
});
export type Invalidation = z.infer<typeof invalidation>;

/** A gateway's own counts, kept in Redis for `/api/health/sockets`. `at`: ms since the epoch, Redis time. */
export const gatewayCounts = z.looseObject({
  at: z.number(),
  clients: z.int(),
  sockets: z.int(),
  rooms: z.int(),
  namespaces: z.record(z.string(), z.int()),
});
export type GatewayCounts = z.infer<typeof gatewayCounts>;
