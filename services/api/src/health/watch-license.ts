import { verifyLicense, type License } from "@waiter/auth";
import type { Metrics } from "@waiter/metrics";

type Gauges = Pick<Metrics, "licenseValid" | "licenseExpires">;

/** The licence as it is at each look; the gauges follow, since a valid one expires while the process runs. */
export function watchLicense(key: string | undefined, publicKey: string | undefined, metrics: Gauges): () => License {
  const look = (): License => {
    const license = verifyLicense(key, publicKey);
    metrics.licenseValid.set(license.status === "valid" ? 1 : 0);
    metrics.licenseExpires.set(license.expiresAt === undefined ? 0 : license.expiresAt.getTime() / 1_000);
    return license;
  };
  look();
  return look;
}
