/** Counters and gauges in Prometheus' text form. @module */

interface Metric {
  readonly help: string;
  readonly type: "counter" | "gauge";
  /** Values by their labels' text. */
  read(): Iterable<readonly [labels: string, value: number]>;
}

/** Everything that `/metrics` shows. */
export class Metrics {
  readonly #metrics = new Map<string, Metric>();

  /** Adds a counter, and gives the function that counts. */
  counter(name: string, help: string): (labels?: Record<string, string | number>) => void {
    const values = new Map<string, number>();
    this.#metrics.set(name, { help, type: "counter", read: () => values });
    return (labels = {}) => {
      const key = labelText(labels);
      values.set(key, (values.get(key) ?? 0) + 1);
    };
  }

  /** Adds a gauge that is read when it is asked for. */
  gauge(name: string, help: string, read: () => number): void {
    this.#metrics.set(name, { help, type: "gauge", read: () => [["", read()]] });
  }

  /**
   * All of it as text.
   *
   * @see https://prometheus.io/docs/instrumenting/exposition_formats/
   */
  text(): string {
    const lines: string[] = [];
    for (const [name, { help, type, read }] of this.#metrics) {
      lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
      for (const [labels, value] of read()) lines.push(`${name}${labels} ${value}`);
    }
    return lines.join("\n") + "\n";
  }
}

function labelText(labels: Record<string, string | number>): string {
  const pairs = Object.entries(labels).map(([name, value]) =>
    `${name}=${JSON.stringify(`${value}`)}`
  );
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
