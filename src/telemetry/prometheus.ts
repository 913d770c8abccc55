/** Renders metrics as Prometheus text. @module */

/** A value of a metric. */
export interface Sample {
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** The value itself. */
  readonly value: number;
  /** The part of a histogram that it is. */
  readonly suffix?: "_bucket" | "_sum" | "_count";
}

/** A metric with its values. */
export interface Metric {
  /** The name, as Prometheus has it. */
  readonly name: string;
  /** What it measures. */
  readonly help: string;
  /** How its values behave. */
  readonly type: "counter" | "gauge" | "histogram";
  /** Its values. */
  readonly samples: readonly Sample[];
}

/**
 * Renders metrics in the Prometheus text format.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function renderPrometheus(metrics: readonly Metric[]): string {
  return metrics.map(renderMetric).join("");
}

function renderMetric({ name, help, type, samples }: Metric): string {
  const lines = samples.map(({ labels, value, suffix = "" }) =>
    `${name}${suffix}${renderLabels(labels)} ${value}\n`
  );
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function renderLabels(labels: Sample["labels"]): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${escapeValue(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeValue(value: string): string {
  return value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
