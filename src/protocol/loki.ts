/** Grafana Loki's push API: where lines of a run go on servers of the first generation. @module */

/** One line as Loki is to store it. */
export interface LokiEntry {
  /** Labels that name its stream: few values each, for Loki keeps every combination apart. */
  readonly labels: Record<string, string>;
  /** Unix nanoseconds in decimal text. */
  readonly nanoseconds: string;
  readonly line: string;
  /** What goes with this line alone. */
  readonly metadata: Record<string, string>;
}

/** The run that a line belongs to. */
export interface LokiRun {
  readonly driver: string;
  readonly runId: string;
  readonly event: string;
  readonly messageId: string;
  readonly pipeline: string;
}

/** Path of the push API below Loki's base URL. */
export const LOKI_PUSH_PATH = "/loki/api/v1/push";

/** Header that names a tenant. */
export const LOKI_TENANT_HEADER = "X-Scope-OrgID";

/** The labels by which the server, and LogQL, find a run's lines. */
export function lokiRunLabels({ driver, runId }: LokiRun): Record<string, string> {
  return { driver, run_id: runId };
}

/** What else there is to know of the run; absent where it is empty. */
export function lokiRunMetadata({ event, messageId, pipeline }: LokiRun): Record<string, string> {
  const metadata: Record<string, string> = {};
  if (event !== "") metadata["event"] = event;
  if (messageId !== "") metadata["id"] = messageId;
  if (pipeline !== "") metadata["pipeline"] = pipeline;
  return metadata;
}

/** Encodes entries as the body of a push: lines of the same labels share a stream, in the order they have here. */
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
