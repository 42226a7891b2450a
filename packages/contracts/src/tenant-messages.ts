import { z } from "zod";

/**
 * What the gateways with sockets of a tenant learn at once, on the tenant's channel. A message may
 * be lost: what it says is also in Redis and Postgres. Readers ignore types that they do not know.
 */
export const tenantMessage = z.discriminatedUnion("type", [
  /** The tenant's first screen came, or the last one left. */
  z.looseObject({ type: z.literal("screens"), online: z.boolean() }),
  /** Sessions or table codes ended; their access tokens live for `lifetimeS` at most. */
  z.looseObject({
    type: z.literal("revoked"),
    ids: z.array(z.string()),
    lifetimeS: z.number().min(0),
  }),
]);
export type TenantMessage = z.infer<typeof tenantMessage>;
