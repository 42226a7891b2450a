import { keys, sumGatewayCounts, type SocketCounts } from "@waiter/contracts";

export interface CountsReader {
  hgetall(key: string): Promise<Record<string, string>>;
  time(): Promise<unknown[]>;
}

/** Adds up what each gateway wrote about itself. Rejects while Redis is away. */
export async function readSocketCounts(redis: CountsReader): Promise<SocketCounts> {
  const [fields, [seconds]] = await Promise.all([redis.hgetall(keys.gateways()), redis.time()]);
  return sumGatewayCounts(fields, Number(seconds) * 1_000);
}
