/** The lines of one run between those who write them and the sinks. @module */

import { withDeadline } from "../../async/deadline.ts";
import { delay } from "../../async/delay.ts";
import { ConveyorError, messageOf } from "../../errors.ts";
import { processClock } from "../timestamp.ts";
import type { SplitSecretDetector } from "../masking/split_secret_detector.ts";
import { type Line, LineQueue } from "./line_queue.ts";
import type { SecretMasker } from "../masking/masker.ts";
import { type Labels, type LogLevel, type LogSink, noLabels } from "../record.ts";
import { RecordBuilder, type RunOfRecord } from "./record_builder.ts";
import { SinkQueue } from "./sink_queue.ts";
import type { SinkStats, SinkTotals } from "../sink_stats.ts";

/** What all lines of a run have in common, and what holds them. */
export interface LogPipelineOptions {
  readonly run: RunOfRecord;
  readonly sinks: readonly LogSink[];
  readonly masker: SecretMasker;
  readonly maxBufferedLines: number;
  readonly maxBufferedSize: number;
  readonly flushTimeoutMs: number;
  readonly totals: SinkTotals | undefined;
  /** Told once of each sink that fails. */
  readonly onSinkError: ((error: ConveyorError, sink: string) => void) | undefined;
  /** Makes the sink that the report of a failing sink goes to when there is no other. */
  readonly lastResort: () => LogSink;
}

/** Lines handed to the sinks before the event loop gets a turn. */
const LINES_PER_TURN = 1000;

/** Queues lines in order, masks them and hands them to the sinks, off the path of those who write them. */
export class LogPipeline {
  readonly #options: LogPipelineOptions;
  readonly #sinkQueues: SinkQueue[];
  readonly #queue: LineQueue;
  readonly #records: RecordBuilder;
  #wake: (() => void) | undefined;
  #handedWaiters: { upTo: number; resolve: () => void }[] = [];
  #drainWaiters: (() => void)[] = [];
  #closed = false;

  constructor(options: LogPipelineOptions) {
    this.#options = options;
    this.#records = new RecordBuilder(options.run, options.masker);
    this.#queue = new LineQueue({
      maxLines: options.maxBufferedLines,
      maxSize: options.maxBufferedSize,
    });
    this.#sinkQueues = options.sinks.map((sink, index) =>
      new SinkQueue({
        sink,
        name: sink.sinkName ?? (sink.name || `sink ${index + 1}`),
        totals: options.totals,
        maxLines: options.maxBufferedLines,
        maxSize: options.maxBufferedSize,
        onFailure: (lane, error) => this.#sinkFailed(lane, error),
        onSettled: () => this.#notifyDrained(),
      })
    );
    void this.#pump();
  }

  /** Queues a line. When the buffer is full, counts it instead. */
  write(level: LogLevel, message: string, labels: Labels, source?: SplitSecretDetector): void {
    if (this.#closed || !this.#queue.add(level, message, labels, source)) {
      for (const lane of this.#sinkQueues) lane.countDropped(1);
    } else this.#wakePump();
  }

  #wakePump(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  /**
   * One loop for the life of the log, started where the log was made: so sinks run in the context of the log's maker and
   * not in that of whoever happened to write, whose console may be captured into this very log.
   */
  async #pump(): Promise<void> {
    for (let inARow = 0;; inARow++) {
      if (this.#queue.length === 0) {
        this.#notifyHanded();
        await new Promise<void>((resolve) => this.#wake = resolve);
        inARow = 0;
      } else if (inARow === LINES_PER_TURN) {
        this.#notifyHanded();
        await delay(0);
        inARow = 0;
      }
      const line = this.#queue.take();
      if (line) this.#hand(line);
    }
  }

  #hand(line: Line): void {
    const record = this.#records.make(line);
    for (const lane of this.#sinkQueues) {
      if (lane !== line.except) lane.deliver(record);
    }
  }

  #notifyHanded(): void {
    const { taken } = this.#queue;
    const waiting = this.#handedWaiters;
    this.#handedWaiters = waiting.filter(({ upTo }) => upTo > taken);
    for (const { upTo, resolve } of waiting) if (upTo <= taken) resolve();
    this.#notifyDrained();
  }

  #notifyDrained(): void {
    if (this.#drainWaiters.length === 0 || !this.#sinkQueues.every((lane) => lane.isDrained())) {
      return;
    }
    const waiting = this.#drainWaiters;
    this.#drainWaiters = [];
    for (const resolve of waiting) resolve();
  }

  /** Whether a stream should wait for {@linkcode LogPipeline.drained} before it writes on. */
  get backpressured(): boolean {
    if (this.#closed) return false;
    const { maxBufferedLines, maxBufferedSize } = this.#options;
    if (this.#queue.length * 2 >= Math.min(LINES_PER_TURN, maxBufferedLines)) return true;
    if (this.#queue.size * 2 >= maxBufferedSize) return true;
    for (const lane of this.#sinkQueues) if (lane.isBackpressured()) return true;
    return false;
  }

  /** Resolves when so much has been stored that a stream may write on. A sink that does not move is waited for once. */
  async drained(): Promise<void> {
    const { flushTimeoutMs: timeoutMs } = this.#options;
    const drained = new Promise<void>((resolve) => this.#drainWaiters.push(resolve));
    try {
      await withDeadline({ action: "wait for a log sink", timeoutMs }, () => drained);
    } catch {
      // The time is up: each sink that has held the stream back for so long is reported.
      for (const lane of this.#sinkQueues) lane.releaseBackpressure(timeoutMs);
      this.#notifyDrained();
    }
  }

  #sinkFailed(lane: SinkQueue, cause: unknown): void {
    const { onSinkError, masker } = this.#options;
    const reason = masker.mask(messageOf(cause));
    const error = new ConveyorError(
      "log-sink",
      `cannot store log lines in ${lane.name}: ${reason}; the run goes on, and lines are missing there`,
      { cause },
    );
    if (!onSinkError || this.#sinkQueues.length > 1) this.#reportToOthers(lane, error.message);
    try {
      onSinkError?.(error, lane.name);
    } catch (thrown) {
      this.#reportToOthers(lane, `onSinkError has thrown: ${messageOf(thrown)}`);
    }
  }

  /** Writes to all sinks but one. When that is the only one, the last resort gets the line. */
  #reportToOthers(lane: SinkQueue, message: string): void {
    if (this.#sinkQueues.length > 1) {
      this.#queue.add("warn", message, noLabels(), undefined, lane);
      this.#wakePump();
      return;
    }
    const line: Line = {
      level: "warn",
      message,
      labels: noLabels(),
      moment: processClock(),
      dropped: 0,
      source: undefined,
      except: undefined,
    };
    void this.#options.lastResort()(this.#records.make(line));
  }

  /** Resolves when every line written so far is stored by every sink or given up. Never rejects. */
  async flush(): Promise<void> {
    this.#queue.reportDropped();
    const upTo = this.#queue.taken + this.#queue.length;
    if (this.#queue.length > 0) {
      await new Promise<void>((resolve) => {
        this.#handedWaiters.push({ upTo, resolve });
        this.#wakePump();
      });
    }
    await Promise.all(this.#sinkQueues.map((lane) => lane.flush(this.#options.flushTimeoutMs)));
  }

  /** Flushes, then takes no more lines. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
    this.#notifyDrained();
  }

  /** What became of the lines, one entry a sink. */
  stats(): SinkStats[] {
    return this.#sinkQueues.map(({ stats }) => ({ ...stats }));
  }
}
