/** The push API of Grafana Loki, which stores the logs of v1 servers. @module */

/** A line as Loki stores it. */
export interface LokiEntry {
  /** The labels of its stream. Each should have few values: Loki has a stream for every combination. */
  readonly labels: Record<string, string>;
  /** Unix nanoseconds as decimal text. */
  readonly nanoseconds: string;
  readonly line: string;
  /** Structured metadata of this line. */
  readonly metadata: Record<string, string>;
}

/** The run that a line belongs to. */
export interface LokiRun {
  readonly driver: string;
  readonly runId: string;
  readonly event: string;
  readonly messageId: string;
  readonly pipeline: string;
  /** The trace that the line belongs to. */
  readonly trace?: { readonly traceId: string; readonly spanId: string };
}

/** Path of the push API below Loki's base URL. */
export const LOKI_PUSH_PATH = "/loki/api/v1/push";

/** Header of the tenant. */
export const LOKI_TENANT_HEADER = "X-Scope-OrgID";

/**
 * Returns the labels of a run's stream. With `runIdLabel`, each run has a stream of its own: servers of protocol v1 select runs by
 * this label. Loki limits the streams that are active at once, by default to 5,000.
 */
export function lokiRunLabels(
  { driver, runId }: LokiRun,
  runIdLabel: boolean,
): Record<string, string> {
  return runIdLabel ? { driver, run_id: runId } : { driver };
}

/** Returns the structured metadata of a run's lines, without empty values. */
export function lokiRunMetadata(
  { runId, event, messageId, pipeline, trace }: LokiRun,
  runIdLabel: boolean,
): Record<string, string> {
  const metadata: Record<string, string> = runIdLabel ? {} : { run_id: runId };
  if (event !== "") metadata["event"] = event;
  if (messageId !== "") metadata["id"] = messageId;
  if (pipeline !== "") metadata["pipeline"] = pipeline;
  if (trace) Object.assign(metadata, { trace_id: trace.traceId, span_id: trace.spanId });
  return metadata;
}

/** Encodes entries as the body of a push: lines with equal labels share a stream and keep their order. */
export function encodeLokiPush(entries: readonly LokiEntry[]): string {
  const streams = new Map<string, { stream: Record<string, string>; values: unknown[] }>();
  let lastLabels: Record<string, string> | undefined;
  let lastStream: { values: unknown[] } | undefined;
  for (const { labels, nanoseconds, line, metadata } of entries) {
    if (labels !== lastLabels || lastStream === undefined) {
      const key = JSON.stringify(Object.entries(labels).sort());
      const stream = streams.get(key) ?? { stream: labels, values: [] };
      streams.set(key, stream);
      lastStream = stream;
      lastLabels = labels;
    }
    const hasMetadata = Object.keys(metadata).length > 0;
    lastStream.values.push(hasMetadata ? [nanoseconds, line, metadata] : [nanoseconds, line]);
  }
  return JSON.stringify({ streams: [...streams.values()] });
}
