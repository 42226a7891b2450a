/** Size of a bucket and its refill rate. */
export interface BucketRate {
  readonly burst: number;
  readonly perSecond: number;
}
/** State of one bucket. */
export interface Bucket {
  allowance: number;
  /** ms since the epoch. */
  allowedAt: number;
}

/** Takes one token; false if none is left. `allowance` keeps falling, which shows persistence. */
export function takeToken(bucket: Bucket, rate: BucketRate, now: number): boolean {
  const gained = (Math.max(0, now - bucket.allowedAt) / 1_000) * rate.perSecond;
  bucket.allowance = Math.min(rate.burst, bucket.allowance + gained) - 1;
  bucket.allowedAt = now;
  return bucket.allowance >= 0;
}
