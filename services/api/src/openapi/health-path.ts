import * as contracts from "@waiter/contracts";
import type { z } from "zod";

/** GET /api/health, which all services mount and no route of the api's table is. */
export const healthPath = (output: (schema: z.ZodType) => object) => ({
  get: {
    operationId: "get_health",
    tags: ["Health"],
    summary: "Read whether this server works",
    description: "On any host, without a limit. 200 also while a dependency is away: `degraded`.",
    security: [],
    responses: {
      200: {
        description: "The state",
        headers: { "Cache-Control": { $ref: "#/components/headers/Cache-Control" } },
        content: { "application/json": { schema: output(contracts.healthAnswer) } },
      },
    },
  },
});
