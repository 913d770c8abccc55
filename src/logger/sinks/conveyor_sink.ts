/** A sink that publishes lines to the Conveyor server's log stream and live subject. @module */

import { delayUnlessAborted } from "../../async/delay.ts";
import { Fifo } from "../../async/fifo.ts";
import { signalWhen } from "../../async/signal_when.ts";
import { hasCode } from "../../errors.ts";
import { LogEntryEncoder } from "../../protocol/logs/log_entry_encoder.ts";
import { liveLogSubject, logSubject } from "../../protocol/subjects.ts";
import type { Connection } from "../../transport/transport.ts";
import { requireKnown } from "../../validate.ts";
import { MaskedRecord } from "../masking/masked_record.ts";
import type { LogRecord, LogSink } from "../record.ts";
import { partTimestamp } from "../timestamp.ts";
import { EntryParts } from "./entry_parts.ts";
import { jsonCost, markedParts } from "./split_text.ts";
import { storedText } from "./stored_text.ts";

/** Options of {@linkcode conveyorSink}. */
export interface ConveyorSinkOptions {
  /** The connection to publish on. The caller closes it; `closed` ends what waits to be tried again. */
  connection:
    & Pick<Connection, "publish" | "publishConfirmed" | "maxPayload">
    & Partial<Pick<Connection, "closed">>;
  /** Most messages that wait for their acknowledgement at the same time. @default {512} */
  window?: number;
  /** Time to store a line, in milliseconds. Then it has failed. @default {30000} */
  timeoutMs?: number;
  /**
   * Whether labels are appended to the line, as `name=value`. The server stores the text of a line only: without this, labels are
   * in the live log and not in the stored one.
   *
   * @default {true}
   */
  labelsInMessage?: boolean;
  /** Whether lines are also published on the live subject. @default {true} */
  live?: boolean;
}

/** A message that waits for its acknowledgement. */
interface Message {
  readonly record: LogRecord;
  bytes: Uint8Array;
  readonly id: string;
  readonly deadline: number;
}

/** A line that waits until the window has space. It is encoded then. */
interface Waiting {
  readonly record: LogRecord;
  readonly deadline: number;
  readonly start: (stored: Promise<void>) => void;
}

/** Default of the window. A larger one is not faster. */
const WINDOW = 512;
/** Bytes of a message besides the entry: headers with the message id. */
const HEADER_BYTES = 256;
/** Delay before the next attempt when there is no log stream, or no room in it, in milliseconds. */
const RETRY_DELAY_MS = 500;

/**
 * Creates a sink for servers of protocol v2: JetStream `logs.{runId}`, and the same bytes on core NATS
 * `live.logs.{runId}.{driver}`. Many messages are in flight at once; a line is stored when JetStream has acknowledged it.
 * A line that is too long for a message is split into several, marked `[part 1/3]` and so on.
 *
 * @throws {ConfigError} when an option is unknown.
 * @example
 * ```ts
 * import { createLogger } from "@conveyor/driver";
 * import { conveyorSink } from "@conveyor/driver/logging";
 * import { connectBroker } from "@conveyor/driver/transport";
 *
 * await using connection = await connectBroker({ servers: ["nats://localhost:4222"] });
 * const logger = createLogger({ driver: "deploy", runId: "1", sinks: [conveyorSink({ connection })] });
 * ```
 */
export function conveyorSink(options: ConveyorSinkOptions): LogSink {
  requireKnown(options, ["connection", "window", "timeoutMs", "labelsInMessage", "live"]);
  const publisher = new LogPublisher(options);
  const sink = (record: LogRecord): Promise<void> => publisher.store(record);
  return Object.assign(sink, { sinkName: "conveyor", maxInFlight: options.window ?? WINDOW });
}

class LogPublisher {
  readonly #options: Required<ConveyorSinkOptions>;
  /** Distinguishes this sink's message ids from those of other sinks. */
  readonly #id = crypto.randomUUID().slice(-12);
  readonly #encoder = new LogEntryEncoder();
  readonly #parts = new EntryParts();
  #count = 0;
  #inFlight = 0;
  readonly #waiting = new Fifo<Waiting>();
  #pause: Promise<void> | undefined;
  /** Fires when the connection is closed. Listened for only when a line was refused: connections outlive sinks. */
  #closed: AbortSignal | undefined;

  constructor(options: ConveyorSinkOptions) {
    const {
      connection,
      window = WINDOW,
      timeoutMs = 30_000,
      labelsInMessage = true,
      live = true,
    } = options;
    this.#options = { connection, window, timeoutMs, labelsInMessage, live };
  }

  store(record: LogRecord): Promise<void> {
    const deadline = performance.now() + this.#options.timeoutMs;
    if (this.#hasSpace()) return this.#publishLine(record, deadline);
    return new Promise((start) => this.#waiting.add({ record, deadline, start }));
  }

  #hasSpace(): boolean {
    return this.#inFlight < this.#options.window && this.#pause === undefined;
  }

  #publishLine(waited: LogRecord, deadline: number): Promise<void> {
    const record = MaskedRecord.current(waited);
    const counted = record.end && this.#parts.size > 0 ? this.#parts.recounted(record) : record;
    const message = storedText(counted, this.#options.labelsInMessage);
    return this.#publishText(
      message === record.message ? record : { ...record, message },
      deadline,
    );
  }

  #publishText(line: LogRecord, deadline: number): Promise<void> {
    const bytes = this.#encode(line);
    if (this.#fits(bytes)) return this.#publish(line, bytes, deadline);
    const parts = this.#split(line);
    this.#parts.add(line, parts.length - 1);
    const published = parts.map((part) => this.#publish(part, this.#encode(part), deadline));
    return Promise.all(published).then(() => {});
  }

  #fits(bytes: Uint8Array): boolean {
    return bytes.length + HEADER_BYTES <= this.#options.connection.maxPayload;
  }

  #publish(record: LogRecord, bytes: Uint8Array, deadline: number): Promise<void> {
    const { connection, live } = this.#options;
    try {
      if (live) connection.publish(liveLogSubject(record.runId, record.driver), bytes);
    } catch (error) {
      return Promise.reject(error);
    }
    this.#inFlight++;
    const message = { record, bytes, id: `${this.#id}.${(this.#count++).toString(36)}`, deadline };
    return this.#confirm(message)
      .then(this.#stored, (error: unknown) => this.#failed(message, error));
  }

  #confirm({ record, bytes, id: messageId, deadline }: Message): Promise<unknown> {
    const timeoutMs = Math.max(1, Math.ceil(deadline - performance.now()));
    const options = { messageId, timeoutMs };
    return this.#options.connection.publishConfirmed(logSubject(record.runId), bytes, options);
  }

  /** One function for all messages, because there are many. */
  readonly #stored = (): void => {
    this.#inFlight--;
    while (this.#hasSpace()) {
      const waiting = this.#waiting.take();
      if (waiting === undefined) return;
      waiting.start(this.#publishLine(waiting.record, waiting.deadline));
    }
  };

  async #failed(message: Message, failure: unknown): Promise<void> {
    while (isRefusal(failure) && message.deadline - performance.now() > RETRY_DELAY_MS) {
      await this.#pauseAll();
      message.bytes = this.#encode(message.record);
      failure = await this.#confirm(message).then(() => undefined, (reason: unknown) => reason);
    }
    this.#stored();
    if (failure === undefined) return;
    // The server after a reconnect may accept less than the one before.
    if (!hasCode(failure, "payload-too-large") || this.#fits(message.bytes)) throw failure;
    await this.#publishText(message.record, message.deadline);
  }

  /** The server creates the stream when it starts, and a full store is emptied by its engine. One pause stops all lines of this sink. */
  #pauseAll(): Promise<void> {
    this.#closed ??= signalWhen(this.#options.connection.closed);
    return this.#pause ??= delayUnlessAborted(RETRY_DELAY_MS, this.#closed)
      .then(() => this.#pause = undefined);
  }

  #encode(waited: LogRecord): Uint8Array {
    const record = MaskedRecord.current(waited);
    const { level } = record;
    const labels = level === "info" ? record.labels : { level, ...record.labels };
    return this.#encoder.encode(record, labels);
  }

  #split(record: LogRecord): LogRecord[] {
    const overhead = this.#encode({ ...record, message: "" }).length + HEADER_BYTES;
    const maxBytes = this.#options.connection.maxPayload - overhead;
    return markedParts(record.message, maxBytes, jsonCost).map((message, index) => ({
      ...record,
      message,
      timestamp: partTimestamp(record.timestamp, index),
    }));
  }
}

/** Whether the broker has no stream for a line, or does not store it now: its store may be full. */
function isRefusal(failure: unknown): boolean {
  return hasCode(failure, "no-stream") || hasCode(failure, "broker");
}
