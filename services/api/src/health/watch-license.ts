import { verifyLicense, type License } from "@waiter/auth";
import type { Metrics } from "@waiter/metrics";

type Gauges = Pick<Metrics, "licenseValid" | "licenseExpires">;

/**
 * The licence as it is at each look, since a valid one expires while the process runs; the gauges
 * look when scraped.
 */
export function watchLicense(
  key: string | undefined,
  publicKey: string | undefined,
  { licenseValid, licenseExpires }: Gauges,
): () => License {
  const look = (): License => verifyLicense(key, publicKey);
  // prom-client calls `collect` of a gauge that has one.
  Object.assign(licenseValid, {
    collect: () => licenseValid.set(look().status === "valid" ? 1 : 0),
  });
  Object.assign(licenseExpires, {
    collect: () => licenseExpires.set((look().expiresAt?.getTime() ?? 0) / 1_000),
  });
  return look;
}
