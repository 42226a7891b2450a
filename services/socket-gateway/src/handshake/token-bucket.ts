/** How much may happen at once, and how fast it comes back. */
export interface BucketRate {
  readonly burst: number;
  readonly perSecond: number;
}
/** The state of one bucket, kept wherever there is room for two numbers. */
export interface Bucket {
  allowance: number;
  /** ms since the epoch. */
  allowedAt: number;
}

/** Takes one token. False when there is none; then `allowance` goes on falling, so that persistence shows in it. */
export function takeToken(bucket: Bucket, rate: BucketRate, now: number): boolean {
  const gained = (Math.max(0, now - bucket.allowedAt) / 1_000) * rate.perSecond;
  bucket.allowance = Math.min(rate.burst, bucket.allowance + gained) - 1;
  bucket.allowedAt = now;
  return bucket.allowance >= 0;
}
