import { z } from "zod";
import { restaurantLimits } from "./restaurant.ts";
import { uuid } from "./shapes.ts";

/** Duty is for everything, or for at least one table or zone. */
export const dutyBody = z
  .strictObject({
    tables: z.union([z.literal("all"), z.array(uuid).max(restaurantLimits.tables)]),
    zones: z.array(uuid).max(restaurantLimits.zones).optional(),
  })
  .refine(({ tables, zones = [] }) => tables === "all" || tables.length + zones.length > 0, {
    path: ["tables"],
    message: 'name a table or a zone, or "all"; DELETE /api/duty ends duty',
  });
