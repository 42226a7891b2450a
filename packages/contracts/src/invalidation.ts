import { z } from "zod";
import { uuid } from "./shapes.ts";

/** What an api process drops from its caches. */
export const invalidation = z.looseObject({
  tenantId: uuid,
  /** `requests`: the board changed without an event, which alone would have moved its position. */
  scope: z.enum(["tenant", "requests"]),
});
export type Invalidation = z.infer<typeof invalidation>;
