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

export const fullBucket = ({ burst }: BucketRate, now: number): Bucket => ({
  allowance: burst,
  allowedAt: now,
});

/**
 * Takes `amount` tokens; false if fewer were left. `allowance` keeps falling below zero, which
 * shows how far a sender exceeds its rate.
 */
export function takeTokens(bucket: Bucket, rate: BucketRate, amount: number, now: number): boolean {
  const gained = (Math.max(0, now - bucket.allowedAt) / 1_000) * rate.perSecond;
  bucket.allowance = Math.min(rate.burst, bucket.allowance + gained) - amount;
  bucket.allowedAt = now;
  return bucket.allowance >= 0;
}
