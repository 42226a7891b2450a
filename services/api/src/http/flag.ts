import { z } from "zod";

/** A query parameter that is either absent, `true` or `false`. */
export const flag = (description: string) =>
  z
    .enum(["true", "false"])
    .optional()
    .transform((value) => value === "true")
    .describe(description);

/** Includes what was retired. */
export const retiredFlag = flag("`true` includes retired ones");
