import { z } from "zod";
import { uuid } from "./shapes.ts";

/** Tenants in one question. */
export const reachBatch = 200;

/** POST /internal/reach: which way reaches the staff of tenants that have no staff screen. */
export const reachBody = z.object({ tenants: z.array(uuid).max(reachBatch) });

const reach = z.enum(["push", "none"]);
/**
 * `reach` holds for all tables but those in `tables`, which have a waiting request that has rung.
 * Unknown tenants and those that could not be read now are left out.
 */
export const reachAnswer = z.object({
  tenants: z.array(
    z.object({ tenant: uuid, reach, tables: z.array(z.object({ table: uuid, reach })) }),
  ),
});
export type TenantReach = z.infer<typeof reachAnswer>["tenants"][number];
