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

/** The values of one combination of labels. */
export class HistogramSeries {
  readonly labels: MetricLabels;
  /** Values up to each bound and above the one before; the last is above all. */
  readonly counts: number[];
  sum = 0;
  readonly #listeners: ReadonlySet<HistogramListener>;

  /** Creates a series without values. */
  constructor(labels: MetricLabels, listeners: ReadonlySet<HistogramListener>) {
    this.labels = labels;
    this.counts = new Array<number>(DURATION_BOUNDS.length + 1).fill(0);
    this.#listeners = listeners;
  }

  /** Counts a value. */
  record(value: number): void {
    let bucket = 0;
    while (bucket < DURATION_BOUNDS.length && value > DURATION_BOUNDS[bucket]!) bucket++;
    this.counts[bucket]!++;
    this.sum += value;
    for (const listener of this.#listeners) listener(value, this.labels);
  }
}

type HistogramListener = (value: number, labels: MetricLabels) => void;

/** Counts values by buckets, for each combination of labels. */
export class Histogram {
  readonly #series: HistogramSeries[] = [];
  readonly #listeners = new Set<HistogramListener>();

  /** Adds a combination of labels. The caller keeps it: there are values for each event. */
  add(labels: MetricLabels): HistogramSeries {
    const series = new HistogramSeries(labels, this.#listeners);
    this.#series.push(series);
    return series;
  }

  /** Calls a listener with each value, until the returned function is called. */
  onRecord(listener: HistogramListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The samples in Prometheus' form: cumulative buckets, sum and count. */
  samples(): Sample[] {
    return this.#series.flatMap(({ labels, counts, sum }) => {
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
