/** Counters and gauges, kept until they are written. @module */

import { type Metric, renderPrometheus, type Sample } from "./prometheus.ts";

/** Adds 1 to the counter's value of these labels. */
export type Count = (labels?: Readonly<Record<string, string | number>>) => void;

/** Keeps the metrics that `/metrics` shows, in the order in which they were added. */
export class Metrics {
  readonly #metrics: (() => Metric)[] = [];

  /** Adds a counter and returns the function that counts. */
  counter(name: string, help: string): Count {
    const samples = new Map<string, Sample>();
    this.#metrics.push(() => ({ name, help, type: "counter", samples: [...samples.values()] }));
    return (given = {}) => {
      const labels = Object.fromEntries(
        Object.entries(given).map(([label, value]) => [label, String(value)]),
      );
      const key = JSON.stringify(labels);
      samples.set(key, { labels, value: (samples.get(key)?.value ?? 0) + 1 });
    };
  }

  /** Adds a gauge that is read whenever the metrics are written. */
  gauge(name: string, help: string, read: () => number): void {
    this.#metrics.push(() => ({
      name,
      help,
      type: "gauge",
      samples: [{ labels: {}, value: read() }],
    }));
  }

  /** Writes all metrics in the Prometheus text format. */
  text(): string {
    return renderPrometheus(this.#metrics.map((read) => read()));
  }
}
