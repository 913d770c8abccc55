/** A sink that stores lines in the Conveyor server's log stream, and shows them to those who watch. @module */

import { delay } from "../../async/delay.ts";
import { Fifo } from "../../async/fifo.ts";
import { hasCode } from "../../errors.ts";
import { LogEntryEncoder } from "../../protocol/log_entry_encoder.ts";
import { liveLogSubject, logSubject } from "../../protocol/subjects.ts";
import type { Connection } from "../../transport/transport.ts";
import { partTimestamp } from "../timestamp.ts";
import { logfmt } from "./logfmt.ts";
import type { LogRecord, LogSink } from "../record.ts";
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

/** A message on its way. */
interface Message {
  readonly record: LogRecord;
  readonly bytes: Uint8Array;
  readonly id: string;
  readonly deadline: number;
}

/** A line that waits for room in the window. It is encoded when its turn comes. */
interface Waiting {
  readonly record: LogRecord;
  readonly deadline: number;
  readonly start: (stored: Promise<void>) => void;
}

/** Messages that wait for their confirmation at once. More make nothing faster. */
const WINDOW = 512;
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
 * import { createLogger } from "@conveyor/driver";
 * import { conveyorSink } from "@conveyor/driver/logging";
 * import { connectBroker } from "@conveyor/driver/transport";
 *
 * await using connection = await connectBroker({ servers: ["nats://localhost:4222"] });
 * const logger = createLogger({ driver: "deploy", runId: "1", sinks: [conveyorSink({ connection })] });
 * ```
 */
export function conveyorSink(options: ConveyorSinkOptions): LogSink {
  const publisher = new LogPublisher(options);
  const sink = (record: LogRecord): Promise<void> => publisher.store(record);
  return Object.defineProperties(sink, {
    sinkName: { value: "conveyor" },
    maxInFlight: { value: options.window ?? WINDOW },
  });
}

class LogPublisher {
  readonly #options: Required<ConveyorSinkOptions>;
  /** Makes this sink's message ids differ from those of any other. */
  readonly #id = crypto.randomUUID().slice(-12);
  readonly #encoder = new LogEntryEncoder();
  #count = 0;
  #inFlight = 0;
  readonly #waiting = new Fifo<Waiting>();
  #pause: Promise<void> | undefined;

  constructor(options: ConveyorSinkOptions) {
    const {
      connection,
      window = WINDOW,
      timeoutMs = 30_000,
      labelsInMessage = false,
      live = true,
    } = options;
    this.#options = { connection, window, timeoutMs, labelsInMessage, live };
  }

  store(record: LogRecord): Promise<void> {
    const deadline = Date.now() + this.#options.timeoutMs;
    if (this.#hasRoom()) return this.#publishLine(record, deadline);
    return new Promise((start) => this.#waiting.add({ record, deadline, start }));
  }

  #hasRoom(): boolean {
    return this.#inFlight < this.#options.window && this.#pause === undefined;
  }

  #publishLine(record: LogRecord, deadline: number): Promise<void> {
    const bytes = this.#encode(record);
    if (bytes.length + HEADER_BYTES <= this.#options.connection.maxPayload) {
      return this.#publish(record, bytes, deadline);
    }
    const parts = this.#parts(record).map((part) =>
      this.#publish(part, this.#encode(part), deadline)
    );
    return Promise.all(parts).then(() => {});
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
    const timeoutMs = Math.max(1, deadline - Date.now());
    const options = { messageId, timeoutMs };
    return this.#options.connection.publishConfirmed(logSubject(record.runId), bytes, options);
  }

  /** One function for all messages: there are many. */
  readonly #stored = (): void => {
    this.#inFlight--;
    while (this.#hasRoom()) {
      const waiting = this.#waiting.take();
      if (waiting === undefined) return;
      waiting.start(this.#publishLine(waiting.record, waiting.deadline));
    }
  };

  async #failed(message: Message, error: unknown): Promise<void> {
    let problem = error;
    while (hasCode(problem, "no-stream") && message.deadline - Date.now() > NO_STREAM_PAUSE_MS) {
      await this.#pauseAll();
      problem = await this.#confirm(message).then(() => undefined, (reason: unknown) => reason);
    }
    this.#stored();
    if (problem !== undefined) throw problem;
  }

  /** The stream may be on its way, for the server makes it when it starts. One pause holds all lines back. */
  #pauseAll(): Promise<void> {
    return this.#pause ??= delay(NO_STREAM_PAUSE_MS).then(() => this.#pause = undefined);
  }

  #encode(record: LogRecord): Uint8Array {
    const { level } = record;
    const labels = level === "info" ? record.labels : { level, ...record.labels };
    const suffix = this.#options.labelsInMessage ? logfmt(record.labels) : "";
    const message = suffix === "" ? record.message : `${record.message} ${suffix}`;
    return this.#encoder.encode(suffix === "" ? record : { ...record, message }, labels);
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
}
