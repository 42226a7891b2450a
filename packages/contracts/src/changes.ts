import { z } from "zod";
import { head } from "./events.ts";
import { uuid } from "./shapes.ts";

/** Tenants in one question. */
export const changesBatch = 200;

/** POST /internal/changes: which tables changed after the position, by tenant. */
export const changesBody = z.object({
  tenants: z.array(head.extend({ tenant: uuid })).max(changesBatch),
});
/**
 * `epoch`, `seq`: the tenant's true head; what is not in `tables` has no change up to there.
 * `tables`: each table that changed, with the number of its last change; null where that cannot be
 * said: another epoch, events that are too many or deleted. Unknown tenants and those
 * that could not be read now are left out.
 */
export const changesAnswer = z.object({
  changes: z.array(
    head.extend({
      tenant: uuid,
      tables: z.array(z.object({ table: uuid, seq: z.int().min(1) })).nullable(),
    }),
  ),
});
export type TenantChanges = z.infer<typeof changesAnswer>["changes"][number];
