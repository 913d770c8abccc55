/** A sink that stores lines in the Conveyor server's log stream, and shows them to those who watch. @module */

import { TimeoutError } from "../errors.ts";
import { encodeLogEntry } from "../protocol/log_entry.ts";
import { liveLogSubject, logSubject } from "../protocol/subjects.ts";
import { NoStreamError } from "../transport/errors.ts";
import type { Connection } from "../transport/transport.ts";
import { partTimestamp } from "./clock.ts";
import { logfmt } from "./console_sink.ts";
import type { LogRecord, LogSink } from "./record.ts";
import { jsonCost, markedPieces } from "./split_text.ts";

/** How lines get to a Conveyor server of the second generation. */
export interface ConveyorSinkOptions {
  /** The connection to publish on. It stays the caller's. */
  connection: Pick<Connection, "publish" | "publishConfirmed" | "maxPayload">;
  /** Messages that may wait for their confirmation at once. @default {512} */
  window?: number;
  /** Time from when a line is taken until it is given up, in milliseconds. @default {30000} */
  timeoutMs?: number;
  /**
   * Whether labels are also written behind the line, as `name=value`. The server keeps a line's text only: without this,
   * labels are seen live and not when the log is read back.
   *
   * @default {false}
   */
  labelsInMessage?: boolean;
  /** Whether lines are also published on the live subject. @default {true} */
  live?: boolean;
}

interface Waiting {
  readonly record: LogRecord;
  readonly deadline: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Bytes of a message that are not the entry: headers with the message id. */
const HEADER_BYTES = 256;
/** Pause before another try when no stream takes logs. */
const NO_STREAM_PAUSE_MS = 500;

/**
 * Makes a sink for servers of the second generation: JetStream `logs.{runId}`, and the same bytes on core NATS
 * `live.logs.{runId}.{driver}`. Many lines are under way at once; each counts as stored when JetStream has confirmed it.
 * A line that is too long for a message becomes several, marked `[part 1/3]` and so on.
 *
 * @example
 * ```ts
 * import { type Connection, conveyorSink, createLogger } from "@conveyor/driver";
 *
 * declare const connection: Connection;
 * const logger = createLogger({ driver: "deploy", runId: "1", sinks: [conveyorSink({ connection })] });
 * ```
 */
export function conveyorSink(options: ConveyorSinkOptions): LogSink {
  const publisher = new LogPublisher(options);
  const sink = (record: LogRecord): Promise<void> => publisher.store(record);
  return Object.defineProperty(sink, "sinkName", { value: "conveyor" });
}

class LogPublisher {
  readonly #options: Required<ConveyorSinkOptions>;
  /** Makes this sink's message ids differ from those of any other. */
  readonly #id = crypto.randomUUID().slice(-12);
  #count = 0;
  #inFlight = 0;
  #queue: Waiting[] = [];
  #next = 0;
  #paused: Promise<void> | undefined;

  constructor(options: ConveyorSinkOptions) {
    const { connection, window = 512, timeoutMs = 30_000, labelsInMessage = false, live = true } =
      options;
    this.#options = { connection, window, timeoutMs, labelsInMessage, live };
  }

  store(record: LogRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      const deadline = Date.now() + this.#options.timeoutMs;
      this.#queue.push({ record, deadline, resolve, reject });
      this.#fill();
    });
  }

  #fill(): void {
    while (this.#inFlight < this.#options.window && this.#next < this.#queue.length) {
      const waiting = this.#queue[this.#next++]!;
      this.#inFlight++;
      this.#publish(waiting).then(waiting.resolve, waiting.reject).then(() => {
        this.#inFlight--;
        this.#fill();
      });
    }
    if (this.#next === this.#queue.length) {
      this.#queue = [];
      this.#next = 0;
    }
  }

  #publish({ record, deadline }: Waiting): Promise<void> {
    const { connection } = this.#options;
    const bytes = this.#encode(record);
    if (bytes.length + HEADER_BYTES <= connection.maxPayload) {
      return this.#publishBytes(record, bytes, deadline);
    }
    const parts = this.#parts(record);
    return Promise.all(parts.map((part) => this.#publishBytes(part, this.#encode(part), deadline)))
      .then(() => {});
  }

  #encode(record: LogRecord): Uint8Array {
    const labels = record.level === "info"
      ? record.labels
      : { level: record.level, ...record.labels };
    const suffix = this.#options.labelsInMessage ? logfmt(record.labels) : "";
    return encodeLogEntry(
      suffix === "" ? record : { ...record, message: `${record.message} ${suffix}` },
      labels,
    );
  }

  #parts(record: LogRecord): LogRecord[] {
    const overhead = this.#encode({ ...record, message: "" }).length + HEADER_BYTES;
    const room = this.#options.connection.maxPayload - overhead;
    return markedPieces(record.message, room, jsonCost).map((message, index) => ({
      ...record,
      message,
      timestamp: partTimestamp(record.timestamp, index),
    }));
  }

  async #publishBytes(record: LogRecord, bytes: Uint8Array, deadline: number): Promise<void> {
    const { connection, live } = this.#options;
    const messageId = `${this.#id}.${(this.#count++).toString(36)}`;
    const confirmed = this.#confirmed(logSubject(record.runId), bytes, messageId, deadline);
    if (live) connection.publish(liveLogSubject(record.runId, record.driver), bytes);
    await confirmed;
  }

  async #confirmed(
    subject: string,
    bytes: Uint8Array,
    messageId: string,
    deadline: number,
  ): Promise<void> {
    const { connection, timeoutMs } = this.#options;
    for (;;) {
      await this.#paused;
      const remaining = deadline - Date.now();
      if (remaining <= 0) {
        throw new TimeoutError(
          `cannot store a log line on ${subject}: it was not confirmed within ${timeoutMs} ms; check that the server is up`,
          timeoutMs,
        );
      }
      try {
        await connection.publishConfirmed(subject, bytes, { messageId, timeoutMs: remaining });
        return;
      } catch (error) {
        if (!(error instanceof NoStreamError) || deadline - Date.now() <= NO_STREAM_PAUSE_MS) {
          throw error;
        }
        this.#pause();
      }
    }
  }

  /** The stream may be on its way: the server makes it when it starts. One pause holds all lines back. */
  #pause(): void {
    this.#paused ??= new Promise<void>((resolve) => setTimeout(resolve, NO_STREAM_PAUSE_MS))
      .finally(() => this.#paused = undefined);
  }
}
