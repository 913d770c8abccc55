/** Measurements over time, and whether they stay level. */

/** A measurement. */
export interface Sample {
  /** When, in milliseconds. */
  readonly at: number;
  readonly value: number;
}

/** The first part of a series is the process getting warm. */
const WARM_UP = 0.2;
/** How many values of a series are shown. */
const SHOWN = 12;

/**
 * How much a series has grown after it was warm, by the line that fits it best: the median of the slopes between all pairs of
 * samples, which a few wild ones do not move.
 */
export function growth(samples: readonly Sample[]): number {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  const slopes: number[] = [];
  for (const [index, one] of warm.entries()) {
    for (const other of warm.slice(index + 1)) {
      slopes.push((other.value - one.value) / (other.at - one.at));
    }
  }
  const [first, last] = [warm[0], warm.at(-1)];
  return first && last ? median(slopes) * (last.at - first.at) : NaN;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** Some values of a series, evenly over its time, from the first to the last. */
export function overview(samples: readonly Sample[], digits = 1): string {
  const count = Math.min(SHOWN, samples.length);
  return Array.from({ length: count }, (_, index) => {
    const sample = samples[Math.round(index * (samples.length - 1) / Math.max(1, count - 1))];
    return sample?.value.toFixed(digits);
  }).join(" ");
}
