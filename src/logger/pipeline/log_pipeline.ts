/** The path of a run's lines from the writers to the sinks. @module */

import { delay } from "../../async/delay.ts";
import { settlesWithin } from "../../async/settles_within.ts";
import { ConveyorError, messageOf } from "../../errors.ts";
import { endOfLogMessage } from "../../protocol/logs/end_of_log.ts";
import type { SecretMasker } from "../masking/masker.ts";
import type { SplitSecretDetector } from "../masking/split_secret_detector.ts";
import { type Labels, type LogLevel, type LogRecord, type LogSink, noLabels } from "../record.ts";
import type { SinkStats, SinkTotals } from "../sink_stats.ts";
import { clockOf, type LogClock } from "../timestamp.ts";
import { type Line, type LineEnd, LineQueue, newLine } from "./line_queue.ts";
import { RecordBuilder, type RunOfRecord } from "./record_builder.ts";
import { SinkQueue } from "./sink_queue.ts";

/** Options of a {@linkcode LogPipeline}. */
export interface LogPipelineOptions {
  readonly run: RunOfRecord;
  readonly sinks: readonly LogSink[];
  readonly masker: SecretMasker;
  readonly maxBufferedLines: number;
  readonly maxBufferedSize: number;
  readonly flushTimeoutMs: number;
  /** How long a flush waits while a sink stores nothing, in milliseconds. */
  readonly stallMs: (() => number) | undefined;
  readonly totals: SinkTotals | undefined;
  /** Called once for each sink that fails. */
  readonly onSinkError: ((error: ConveyorError, sink: string) => void) | undefined;
  /** Called at the first line after the close, which is then stored with a mark. Without it, such lines are dropped. */
  readonly onLateLine: (() => void) | undefined;
  /** Creates the sink that gets the report of a failing sink when there is no other sink. */
  readonly fallbackSink: () => LogSink;
}

/** The label of a line that was written after its run's end. */
const LATE_LABEL = "late";

/** Lines delivered to the sinks before the event loop runs other tasks. */
const LINES_PER_TURN = 1000;

/** Queues lines, masks them and delivers them to the sinks in order, off the writer's path. */
export class LogPipeline {
  readonly #options: LogPipelineOptions;
  readonly #sinkQueues: SinkQueue[];
  readonly #lines: LineQueue;
  readonly #records: RecordBuilder;
  readonly #clock: LogClock;
  #wake: (() => void) | undefined;
  #deliveryWaiters: { upTo: number; resolve: () => void }[] = [];
  #drainWaiters: (() => void)[] = [];
  #closed = false;
  #late = false;

  constructor(options: LogPipelineOptions) {
    this.#options = options;
    this.#clock = clockOf(options.run.runId);
    this.#records = new RecordBuilder(options.run, options.masker);
    this.#lines = new LineQueue({
      maxLines: options.maxBufferedLines,
      maxSize: options.maxBufferedSize,
      clock: this.#clock,
    });
    this.#sinkQueues = options.sinks.map((sink, index) =>
      new SinkQueue({
        sink,
        name: sink.sinkName ?? (sink.name || `sink ${index + 1}`),
        totals: options.totals,
        maxLines: options.maxBufferedLines,
        maxSize: options.maxBufferedSize,
        onFailure: (queue, error) => this.#sinkFailed(queue, error),
        onSettled: () => this.#notifyDrained(),
      })
    );
    void this.#pump();
  }

  /** Queues a line. Counts it as dropped when the queue is full or the log closed. */
  write(
    level: LogLevel,
    message: string,
    labels: Labels,
    detector?: SplitSecretDetector,
    end?: LineEnd,
  ): void {
    if (this.#closed) {
      const { onLateLine } = this.#options;
      if (!onLateLine) return this.#drop();
      labels = { ...labels, [LATE_LABEL]: "after the end" };
      if (!this.#late) {
        this.#late = true;
        onLateLine();
      }
    }
    if (!this.#lines.add(level, message, labels, detector, undefined, end)) this.#drop();
    else this.#wakePump();
  }

  #drop(): void {
    for (const queue of this.#sinkQueues) queue.countDropped(1);
  }

  #wakePump(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  /**
   * Runs as long as the log. It starts in the constructor, so that sinks run in the asynchronous context of the logger's
   * creator and not in that of a writer, whose console may be captured into this very log.
   */
  async #pump(): Promise<void> {
    for (let linesInTurn = 0;; linesInTurn++) {
      if (this.#lines.length === 0) {
        this.#notifyDelivered();
        await new Promise<void>((resolve) => this.#wake = resolve);
        linesInTurn = 0;
      } else if (linesInTurn === LINES_PER_TURN) {
        this.#notifyDelivered();
        await delay(0);
        linesInTurn = 0;
      }
      const line = this.#lines.take();
      if (line) this.#deliver(line);
    }
  }

  #deliver(line: Line): void {
    const record = this.#records.build(line);
    for (const queue of this.#sinkQueues) {
      if (queue !== line.except) queue.deliver(line.end ? lastRecord(record, line, queue) : record);
    }
  }

  #notifyDelivered(): void {
    const { taken } = this.#lines;
    const waiting = this.#deliveryWaiters;
    this.#deliveryWaiters = waiting.filter(({ upTo }) => upTo > taken);
    for (const { upTo, resolve } of waiting) if (upTo <= taken) resolve();
    this.#notifyDrained();
  }

  #notifyDrained(): void {
    if (this.#drainWaiters.length === 0 || !this.#sinkQueues.every((queue) => queue.isDrained())) {
      return;
    }
    const waiting = this.#drainWaiters;
    this.#drainWaiters = [];
    for (const resolve of waiting) resolve();
  }

  /** Whether a stream should wait for {@linkcode LogPipeline.drained} before its next line. */
  get backpressured(): boolean {
    if (this.#closed) return false;
    const { maxBufferedLines, maxBufferedSize } = this.#options;
    if (this.#lines.length * 2 >= Math.min(LINES_PER_TURN, maxBufferedLines)) return true;
    if (this.#lines.size * 2 >= maxBufferedSize) return true;
    for (const queue of this.#sinkQueues) if (queue.isBackpressured()) return true;
    return false;
  }

  /** Resolves when enough is stored for a stream to continue. A sink that times out is not waited for again. */
  async drained(): Promise<void> {
    const { flushTimeoutMs: timeoutMs } = this.#options;
    const drained = new Promise<void>((resolve) => this.#drainWaiters.push(resolve));
    if (await settlesWithin(drained, timeoutMs)) return;
    // Report each sink that is backpressured still, and continue without it.
    for (const queue of this.#sinkQueues) queue.releaseBackpressure(timeoutMs);
    this.#notifyDrained();
  }

  #sinkFailed(queue: SinkQueue, cause: unknown): void {
    const { onSinkError, masker } = this.#options;
    const reason = masker.mask(messageOf(cause));
    const error = new ConveyorError(
      "log-sink",
      `cannot store log lines in ${queue.name}: ${reason}; the run continues, and its log there is incomplete`,
      { cause: masker.maskValue(cause) },
    );
    if (!onSinkError || this.#sinkQueues.length > 1) this.#reportToOthers(queue, error.message);
    try {
      onSinkError?.(error, queue.name);
    } catch (thrown) {
      this.#reportToOthers(queue, `onSinkError threw: ${messageOf(thrown)}`);
    }
  }

  /** Writes a line to all sinks but the failed one, or to the fallback sink when there is no other. */
  #reportToOthers(queue: SinkQueue, message: string): void {
    if (this.#sinkQueues.length > 1) {
      this.#lines.add("warn", message, noLabels(), undefined, queue);
      this.#wakePump();
      return;
    }
    void this.#options.fallbackSink()(this.#records.build(newLine("warn", message, this.#clock())));
  }

  /** Resolves when each line written so far is stored by each sink or has failed. Never rejects. */
  async flush(): Promise<void> {
    this.#lines.reportDropped();
    const upTo = this.#lines.taken + this.#lines.length;
    if (this.#lines.length > 0) {
      await new Promise<void>((resolve) => {
        this.#deliveryWaiters.push({ upTo, resolve });
        this.#wakePump();
      });
    }
    const { flushTimeoutMs, stallMs } = this.#options;
    const flushes = this.#sinkQueues.map((queue) => queue.flush(flushTimeoutMs, stallMs?.()));
    await Promise.all(flushes);
  }

  /** Flushes. Lines written later are dropped. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
    this.#notifyDrained();
  }

  /** Returns the counters of the lines, one entry a sink. */
  stats(): SinkStats[] {
    return this.#sinkQueues.map(({ stats }) => ({ ...stats }));
  }
}

/** The record of a log's last line for one sink, which may have had others than another one. */
function lastRecord(record: LogRecord, { end }: Line, { nextCount }: SinkQueue): LogRecord {
  const counted = { ...end!, message: record.message, entries: nextCount };
  return { ...record, message: endOfLogMessage(counted), end: counted };
}
