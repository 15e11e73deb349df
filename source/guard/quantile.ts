/** Quantiles of measured values, by the nearest rank: always a value that was measured. */

/** @param share from 0 to 1. @returns nothing without values. */
export function quantile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
