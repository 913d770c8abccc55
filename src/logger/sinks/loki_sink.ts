/** A sink that pushes lines to Grafana Loki, and publishes them live. @module */

import { encodeLiveLineV1 } from "../../protocol/logs/log_entry.ts";
import { liveLogSubjectV1 } from "../../protocol/subjects.ts";
import type { Connection } from "../../transport/transport.ts";
import { requireKnown } from "../../validate.ts";
import type { Labels, LogRecord, LogSink } from "../record.ts";
import { LokiBatcher } from "./loki_batcher.ts";
import { LokiEntries } from "./loki_entries.ts";
import { LokiPush, type LokiPushOptions } from "./loki_push.ts";

/** Options of {@linkcode lokiSink}. */
export interface LokiSinkOptions extends LokiPushOptions {
  /** Publishes stored lines on `driver:{driver}:logs:{runId}` as well. The caller closes it. */
  connection?: Pick<Connection, "publish">;
  /** Labels of each stream, with few values each, for example `{ env: "prod" }`. */
  streamLabels?: Labels;
  /** Lines of a full batch. @default {1000} */
  batchLines?: number;
  /** Bytes of a full batch before compression, with labels and encoding. @default {1048576} */
  batchSize?: number;
  /** Most time that a line waits until its batch is sent, in milliseconds. @default {250} */
  batchMs?: number;
  /** Time to store a line, in milliseconds. Then it has failed. @default {30000} */
  timeoutMs?: number;
  /** Bytes of the longest line that Loki accepts (`max_line_size`); longer ones are split and marked. @default {262144} */
  maxLineBytes?: number;
  /**
   * Whether labels are sent as structured metadata. `false` makes them labels of the stream, for a Loki that does not
   * support metadata; the sink falls back to it when Loki refuses metadata.
   *
   * @default {true}
   */
  structuredMetadata?: boolean;
  /**
   * Whether `run_id` is a label of the stream also where structured metadata can hold it. Then each run is a stream, of which Loki
   * allows 5,000 at once by default (`max_global_streams_per_user`).
   *
   * @default {false}
   */
  runIdLabel?: boolean;
}

const BATCH_LINES = 1000;

/** The names of all options; a test checks that they are. */
const NAMES =
  "endpoint tenant basicAuth bearerToken gzip fetch requestTimeoutMs connection streamLabels " +
  "batchLines batchSize batchMs timeoutMs maxLineBytes structuredMetadata runIdLabel";

/**
 * Creates a sink that pushes lines to Loki in batches, one push at a time and in order. A push is retried after 408, 429, 5xx
 * and network errors until `timeoutMs` of its oldest line. One that is too large, or that Loki refuses for one of its lines, is
 * split; lines that Loki refuses alone fail at once.
 *
 * @throws {ConfigError} when the endpoint is not an HTTP URL, or an option is unknown.
 * @example
 * ```ts
 * import { createLogger } from "@conveyor/driver";
 * import { lokiSink } from "@conveyor/driver/logging";
 *
 * await using sink = lokiSink({ endpoint: "http://localhost:3100", tenant: "ci" });
 * const logger = createLogger({ driver: "deploy", runId: "1", sinks: [sink] });
 * logger.info("deploying", { region: "eu-west-1" });
 * await logger.close();
 * ```
 */
export function lokiSink(options: LokiSinkOptions): LogSink & AsyncDisposable {
  requireKnown(options, NAMES.split(" "));
  const { batchLines = BATCH_LINES, batchSize = 1024 * 1024, batchMs = 250, timeoutMs = 30_000 } =
    options;
  const batcher = new LokiBatcher({
    push: new LokiPush(options),
    entries: new LokiEntries(options),
    batchLines,
    batchSize,
    batchMs,
    timeoutMs,
    settled: (record) => publishLive(options, record),
  });
  const sink = (record: LogRecord): Promise<void> => batcher.store(record);
  const flush = () => batcher.flush();
  return Object.assign(sink, {
    sinkName: "loki",
    maxInFlight: 2 * batchLines,
    flush,
    [Symbol.asyncDispose]: flush,
  });
}

/** Publishes a line as the live log of v1. Returns the error instead of throwing it: the next lines have to be settled too. */
function publishLive({ connection }: LokiSinkOptions, record: LogRecord): unknown {
  const seconds = Date.parse(record.timestamp.slice(0, 19) + "Z") / 1000;
  try {
    connection?.publish(
      liveLogSubjectV1(record.driver, record.runId),
      encodeLiveLineV1(seconds, record.message),
    );
    return undefined;
  } catch (error) {
    return error;
  }
}
