import { randomBytes, randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import pg from "pg";
import { openRestaurant } from "../nemesis/restaurant.ts";
import { cpuSeconds, treeCpuSeconds } from "../process-stats.ts";
import { LocalSystem } from "../system/local-system.ts";
import { post } from "../system/tokens.ts";

const lanes = 8;

export interface CostOfCall {
  /** CPU seconds of api and worker for one call, claimed and completed. */
  readonly cpuSeconds: number;
  /** The same of Postgres. */
  readonly postgresSeconds: number;
  /**
   * What one event leaves in Postgres: itself, and its share of the request and the stored answers.
   */
  readonly bytesPerEvent: number;
  /**
   * What a restaurant that was busy within the last hour holds in Redis: its replay log is full.
   */
  readonly redisBytesPerRestaurant: number;
}

/** Runs `calls` calls in one restaurant, each claimed and completed, and reads what they cost. */
export async function costOfCall(calls: number): Promise<CostOfCall> {
  const platformToken = randomBytes(24).toString("hex");
  await using system = await LocalSystem.start({ env: { PLATFORM_ADMIN_TOKEN: platformToken } });
  const { api, pids, databaseUrl } = system.local();
  const {
    host,
    owner,
    tableTokens,
    id: tenantId,
  } = await openRestaurant(system, platformToken, "capacity", lanes * 6);
  const { accessToken } = (await post(api, "/api/auth/login", host, owner)) as {
    accessToken: string;
  };
  const staff = { authorization: `Bearer ${accessToken}` };
  const guests = await Promise.all(
    tableTokens.map(
      async (tableToken) =>
        ((await post(api, "/api/guest/sessions", host, { tableToken })) as { accessToken: string })
          .accessToken,
    ),
  );
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  const size = async (): Promise<number> =>
    Number(
      (await pool.query<{ size: string }>("select pg_database_size(current_database()) as size"))
        .rows[0]?.size,
    );
  const processes = [...pids.apis, pids.worker];
  const cpu = () => processes.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const postgresCpu = () => treeCpuSeconds(pids.postgres ?? 0);
  const redis = new Redis(system.local().redisUrl);
  const [cpuBefore, postgresBefore, sizeBefore] = [cpu(), postgresCpu(), await size()];
  // A table's calls are all one lane's, so that each is closed before the next is made.
  const lane = async (first: number): Promise<void> => {
    for (let index = first; index < calls; index += lanes) {
      const guest = guests[index % guests.length];
      const { request } = (await post(
        api,
        "/api/guest/requests",
        host,
        { type: "waiter" },
        { authorization: `Bearer ${guest}`, "idempotency-key": randomUUID() },
      )) as { request: { id: string } };
      await post(api, `/api/requests/${request.id}/claim`, host, {}, staff);
      await post(api, `/api/requests/${request.id}/complete`, host, {}, staff);
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
  await pool.query("select set_config('waiter.tenant_id', $1, false)", [tenantId]);
  const events = Number(
    (
      await pool.query<{ count: string }>("select count(*) from event where tenant_id = $1", [
        tenantId,
      ])
    ).rows[0]?.count,
  );
  const result = {
    cpuSeconds: ((cpu() - cpuBefore) * 3) / events,
    postgresSeconds: ((postgresCpu() - postgresBefore) * 3) / events,
    bytesPerEvent: ((await size()) - sizeBefore) / events,
    redisBytesPerRestaurant: await keyBytes(redis, `waiter:{${tenantId}}:*`),
  };
  redis.disconnect();
  await pool.end();
  return result;
}

/** Memory of the keys that match. */
async function keyBytes(redis: Redis, pattern: string): Promise<number> {
  const sizes = await Promise.all(
    (await redis.keys(pattern)).map((key) => redis.call("MEMORY", "USAGE", key, "SAMPLES", "0")),
  );
  return sizes.reduce((sum: number, size) => sum + Number(size), 0);
}
