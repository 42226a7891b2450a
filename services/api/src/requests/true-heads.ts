import { head, keys, type HeadsAnswer } from "@waiter/contracts";
import { bumpEpoch, type Database } from "@waiter/database";
import type { Logger } from "@waiter/logger";
import { withTimeout } from "../http/with-timeout.ts";

type TrueHead = HeadsAnswer["heads"][number];

export interface TrueHeadsDeps {
  readonly database: Database;
  readonly redis: { hgetall(key: string): Promise<Record<string, string>> };
  readonly available: () => boolean;
  readonly logger: Logger;
}

/**
 * The true heads of tenants. Redis' head is read first and Postgres' second, so Redis can only be ahead if Postgres was
 * restored to an earlier state: then the tenant gets a new epoch, and every client of it a reset, before any number comes
 * twice. A Redis that is away, or slow, proves nothing and changes nothing.
 */
export function createTrueHeads({ database, redis, available, logger }: TrueHeadsDeps) {
  const claimed = async (tenantIds: readonly string[]): Promise<Map<string, { epoch: string; seq: number }>> => {
    if (!available()) return new Map();
    try {
      const rows = await withTimeout(Promise.all(tenantIds.map((id) => redis.hgetall(keys.head(id)))), 400);
      return new Map(tenantIds.flatMap((id, index) => parsed(id, rows[index])));
    } catch {
      return new Map();
    }
  };
  const repaired = async (row: TrueHead, inRedis: { epoch: string; seq: number } | undefined): Promise<TrueHead> => {
    if (inRedis === undefined || inRedis.epoch !== row.epoch || inRedis.seq <= row.seq) return row;
    const [bumped] = await bumpEpoch(database, row.tenant);
    logger.warn("Redis was ahead of Postgres: a restored database; the tenant has a new epoch", { tenant: row.tenant, redisSeq: inRedis.seq, seq: row.seq });
    return bumped === undefined ? row : { ...row, epoch: bumped.epoch, seq: bumped.seq };
  };
  return async (tenantIds: readonly string[]): Promise<TrueHead[]> => {
    const inRedis = await claimed(tenantIds);
    const rows = await database.heads(tenantIds);
    return Promise.all(rows.map((row) => repaired(row, inRedis.get(row.tenant))));
  };
}

function parsed(id: string, row: Record<string, string> | undefined): [string, { epoch: string; seq: number }][] {
  const result = head.safeParse({ epoch: row?.epoch, seq: Number(row?.seq) });
  return result.success ? [[id, result.data]] : [];
}
