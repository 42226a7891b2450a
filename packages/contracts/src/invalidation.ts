import { z } from "zod";
import { uuid } from "./shapes.ts";

/** What an api process drops from its caches. */
export const invalidation = z.looseObject({
  tenantId: uuid,
  /** `requests`: staff saw some, as an api of 0.2 announces it; later ones cache no such board. */
  scope: z.enum(["tenant", "requests"]),
});
export type Invalidation = z.infer<typeof invalidation>;
