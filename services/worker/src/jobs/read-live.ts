import type { Context } from "../context.ts";

/** The ids of people and screens with a live socket; null where Redis does not tell. */
export async function readLive(
  { presence, redis, logger }: Pick<Context, "presence" | "redis" | "logger">,
  tenantId: string,
): Promise<ReadonlySet<string> | null> {
  if (redis.state !== "ready") return null;
  try {
    return new Set(await presence.read(tenantId));
  } catch (err) {
    logger.debug("worker could not read who is connected", { tenant: tenantId, err });
    return null;
  }
}
