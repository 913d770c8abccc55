/** Histograms of durations. @module */

import type { Sample } from "./prometheus.ts";
import type { MetricLabels } from "./telemetry.ts";

/** Upper bounds of the buckets, in seconds: from a fast call to a long job. */
export const DURATION_BOUNDS: readonly number[] = [
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  5,
  10,
  30,
  60,
  300,
  900,
  3600,
];

interface Series {
  readonly labels: MetricLabels;
  /** Values up to each bound and above the one before; the last is above all. */
  readonly counts: number[];
  sum: number;
}

/** Counts values by buckets, for each combination of labels. */
export class Histogram {
  readonly #series = new Map<string, Series>();
  readonly #listeners = new Set<(value: number, labels: MetricLabels) => void>();

  /** Counts a value. `key` stands for the labels, which are created at its first use. */
  record(key: string, value: number, labels: () => MetricLabels): void {
    let series = this.#series.get(key);
    if (!series) {
      series = { labels: labels(), counts: DURATION_BOUNDS.map(() => 0), sum: 0 };
      series.counts.push(0);
      this.#series.set(key, series);
    }
    let bucket = 0;
    while (bucket < DURATION_BOUNDS.length && value > DURATION_BOUNDS[bucket]!) bucket++;
    series.counts[bucket]!++;
    series.sum += value;
    for (const listener of this.#listeners) listener(value, series.labels);
  }

  /** Calls a listener with each value, until the returned function is called. */
  onRecord(listener: (value: number, labels: MetricLabels) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The samples in Prometheus' form: cumulative buckets, sum and count. */
  samples(): Sample[] {
    return [...this.#series.values()].flatMap(({ labels, counts, sum }) => {
      let total = 0;
      const buckets = counts.map((count, index): Sample => {
        const le = String(DURATION_BOUNDS[index] ?? "+Inf");
        return { suffix: "_bucket", labels: { ...labels, le }, value: total += count };
      });
      return [
        ...buckets,
        { suffix: "_sum", labels, value: sum },
        { suffix: "_count", labels, value: total },
      ];
    });
  }
}
