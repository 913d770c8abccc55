/** A sink that pushes lines to Grafana Loki, and publishes them live. @module */

import { hasCode } from "../../errors.ts";
import { encodeLiveLineV1 } from "../../protocol/log_entry.ts";
import { encodeLokiPush } from "../../protocol/loki.ts";
import { liveLogSubjectV1 } from "../../protocol/subjects.ts";
import type { Connection } from "../../transport/transport.ts";
import type { Labels, LogRecord, LogSink } from "../record.ts";
import { LokiEntries } from "./loki_entries.ts";
import { LokiPush, type LokiPushOptions, METADATA_REFUSED } from "./loki_push.ts";

/** Options of {@linkcode lokiSink}. */
export interface LokiSinkOptions extends LokiPushOptions {
  /** Publishes stored lines on `driver:{driver}:logs:{runId}` as well. The caller closes it. */
  connection?: Pick<Connection, "publish">;
  /** Labels of each stream, with few values each, for example `{ env: "prod" }`. */
  streamLabels?: Labels;
  /** Lines of a full batch. @default {1000} */
  batchLines?: number;
  /** Characters of a full batch. @default {1048576} */
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
}

const BATCH_LINES = 1000;

interface Waiting {
  readonly record: LogRecord;
  readonly deadline: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Creates a sink that pushes lines to Loki in batches, one push at a time and in order. A push is retried after 429, 5xx
 * and network errors until `timeoutMs` of its oldest line; lines that Loki refuses otherwise fail at once.
 *
 * @throws {ConfigError} when the endpoint is not an HTTP URL.
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
  const batcher = new LokiBatcher(options);
  const sink = (record: LogRecord): Promise<void> => batcher.store(record);
  const flush = () => batcher.flush();
  return Object.defineProperties(sink, {
    sinkName: { value: "loki" },
    maxInFlight: { value: 2 * (options.batchLines ?? BATCH_LINES) },
    flush: { value: flush },
    [Symbol.asyncDispose]: { value: flush },
  }) as LogSink & AsyncDisposable;
}

class LokiBatcher {
  readonly #options: LokiSinkOptions;
  readonly #push: LokiPush;
  readonly #entries: LokiEntries;
  #waiting: Waiting[] = [];
  #size = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | undefined;

  constructor(options: LokiSinkOptions) {
    this.#options = options;
    this.#push = new LokiPush(options);
    this.#entries = new LokiEntries(options);
  }

  store(record: LogRecord): Promise<void> {
    const { batchLines = BATCH_LINES, batchSize = 1024 * 1024, batchMs = 250, timeoutMs = 30_000 } =
      this.#options;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, deadline: Date.now() + timeoutMs, resolve, reject });
      this.#size += record.message.length;
      if (this.#waiting.length >= batchLines || this.#size >= batchSize) this.#send();
      else this.#timer ??= setTimeout(() => this.#send(), batchMs);
    });
  }

  /** Sends the waiting lines now. Resolves when each line it received is stored or has failed. */
  async flush(): Promise<void> {
    this.#send();
    while (this.#sending) await this.#sending;
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#sendAll().finally(() => this.#sending = undefined);
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch();
      const error = await this.#store(batch).then(() => undefined, (reason: unknown) => reason);
      for (const { record, resolve, reject } of batch) {
        const failure = this.#publishLive(record) ?? error;
        if (failure === undefined) resolve();
        else reject(failure);
      }
    }
  }

  #nextBatch(): Waiting[] {
    const { batchLines = BATCH_LINES, batchSize = 1024 * 1024 } = this.#options;
    let count = 0;
    let size = 0;
    while (count < this.#waiting.length && count < batchLines && size < batchSize) {
      size += this.#waiting[count++]!.record.message.length;
    }
    this.#size -= size;
    return this.#waiting.splice(0, count);
  }

  async #store(batch: readonly Waiting[]): Promise<void> {
    const deadline = batch[0]!.deadline;
    try {
      await this.#push.send(this.#encode(batch), deadline);
    } catch (error) {
      if (!hasCode(error, METADATA_REFUSED) || !this.#entries.structuredMetadata) throw error;
      this.#entries.structuredMetadata = false;
      await this.#push.send(this.#encode(batch), deadline);
    }
  }

  #encode(batch: readonly Waiting[]): string {
    return encodeLokiPush(batch.flatMap(({ record }) => this.#entries.of(record)));
  }

  /** Returns the error instead of throwing it: the failure of one line must not keep the next ones unsettled. */
  #publishLive(record: LogRecord): unknown {
    const seconds = Date.parse(record.timestamp.slice(0, 19) + "Z") / 1000;
    try {
      this.#options.connection?.publish(
        liveLogSubjectV1(record.driver, record.runId),
        encodeLiveLineV1(seconds, record.message),
      );
      return undefined;
    } catch (error) {
      return error;
    }
  }
}
