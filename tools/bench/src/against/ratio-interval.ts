/** A ratio with its 95 % confidence interval. */
export interface RatioInterval {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}

/** 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom; 1.96 beyond. */
const quantiles = [
  12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12,
  2.11, 2.1, 2.09, 2.09, 2.08, 2.07, 2.07, 2.06, 2.06, 2.06, 2.05, 2.05, 2.05, 2.04,
];

/**
 * The mean ratio of paired measurements (geometric), with the 95 % interval of its logarithm by
 * Student's t. With one pair the interval is unbounded.
 *
 * @param ratios one per pair, above 0.
 */
export function ratioInterval(ratios: readonly number[]): RatioInterval {
  const logs = ratios.map(Math.log);
  const pairs = logs.length;
  const mean = logs.reduce((sum, log) => sum + log, 0) / pairs;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (pairs - 1);
  const half = pairs < 2 ? Infinity : (quantiles[pairs - 2] ?? 1.96) * Math.sqrt(variance / pairs);
  return {
    ratio: Math.exp(mean),
    low: Math.exp(mean - half),
    high: Math.exp(mean + half),
    pairs,
  };
}
