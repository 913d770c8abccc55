/** One sink's way out of a logger: what it was given, what it has stored, what was too much for it. @module */

import { TimeoutError } from "../../errors.ts";
import { withDeadline } from "../../async/deadline.ts";
import { Fifo } from "../../async/fifo.ts";
import { type FlushBatch, newFlushBatch } from "./flush_batch.ts";
import { DroppedLines, droppedRecord } from "./dropped_lines.ts";
import type { LogRecord, LogSink } from "../record.ts";
import { newSinkStats, type SinkStats, type SinkTotals, totalsOf } from "../sink_stats.ts";

/** How a lane works. */
export interface SinkQueueOptions {
  readonly sink: LogSink;
  readonly name: string;
  readonly totals: SinkTotals | undefined;
  readonly maxLines: number;
  readonly maxSize: number;
  /** Told of the first failure. */
  readonly onFailure: (lane: SinkQueue, error: unknown) => void;
  /** Told when a line has left the lane. */
  readonly onSettled: () => void;
}

/** A record that waits until the sink has stored others, and the batch that it came in. */
interface Waiting {
  readonly record: LogRecord;
  readonly batch: FlushBatch;
}

/** Records that a sink is asked to store at once unless it says how many. The others wait here, where they cost least. */
const MAX_IN_FLIGHT = 1000;
/**
 * A stream is held back when so many lines wait for each that the sink works on, and goes on when fewer do. The sink is
 * kept busy, and few lines live long enough to burden the garbage collector.
 */
const BACKPRESSURE_ON = 1.5;
const BACKPRESSURE_OFF = 1.1;
/** Characters that may wait while a stream goes on. */
const STREAM_SIZE = 8 * 1024 * 1024;

/** Hands records to one sink and follows each until it is stored or given up. */
export class SinkQueue {
  readonly name: string;
  readonly stats: SinkStats;
  readonly #options: SinkQueueOptions;
  readonly #sink: LogSink;
  readonly #maxInFlight: number;
  readonly #totals: SinkStats;
  readonly #closing = new Map<FlushBatch, Promise<void>>();
  readonly #backlog = new Fifo<Waiting>();
  #batch: FlushBatch = newFlushBatch();
  #pending = 0;
  #size = 0;
  #atSink = 0;
  #unflushed = 0;
  #failing = false;
  #reported = false;
  readonly #dropped = new DroppedLines<LogRecord>();

  constructor(options: SinkQueueOptions) {
    this.#options = options;
    this.#sink = options.sink;
    this.#maxInFlight = options.sink.maxInFlight ?? MAX_IN_FLIGHT;
    this.name = options.name;
    this.stats = newSinkStats(options.name);
    this.#totals = totalsOf(options.totals ?? new Map(), options.name);
  }

  /** Whether a stream should wait until the sink has stored some lines. A sink that fails holds nobody up. */
  isBackpressured(
    share: typeof BACKPRESSURE_ON | typeof BACKPRESSURE_OFF = BACKPRESSURE_ON,
  ): boolean {
    const { maxLines, maxSize } = this.#options;
    const lines = Math.min(this.#maxInFlight * share, maxLines / 2);
    const size = Math.min(STREAM_SIZE, maxSize / 2);
    return !this.#failing && (this.#pending >= lines || this.#size >= size);
  }

  /** Whether a stream that was held back may go on. */
  isDrained(): boolean {
    return !this.isBackpressured(BACKPRESSURE_OFF);
  }

  /** Stops holding streams back until the sink stores something again, if it has held them back for `timeoutMs`. */
  releaseBackpressure(timeoutMs: number): void {
    if (!this.isBackpressured()) return;
    this.#failing = true;
    this.#report(this.#tooSlow(timeoutMs));
  }

  #tooSlow(timeoutMs: number): TimeoutError {
    return new TimeoutError(
      `cannot wait any longer for log sink ${this.name}: it has neither stored nor refused its lines within ${timeoutMs} ms`,
      timeoutMs,
    );
  }

  /** Hands a record to the sink, or counts it as dropped when too many wait already. */
  deliver(record: LogRecord): void {
    if (this.#pending >= this.#options.maxLines || this.#size >= this.#options.maxSize) {
      this.#dropped.add(record);
      this.countDropped(1);
      return;
    }
    this.#reportDropped();
    this.#accept(record);
  }

  /** Counts lines that were dropped before they came here. */
  countDropped(lines: number): void {
    this.stats.dropped += lines;
    this.#totals.dropped += lines;
  }

  /** The line about dropped ones takes the place, and so the time, of the first of them. */
  #reportDropped(): void {
    const dropped = this.#dropped.take();
    if (dropped !== undefined) this.#accept(droppedRecord(dropped.first, dropped.count));
  }

  #accept(record: LogRecord): void {
    this.stats.accepted++;
    this.#unflushed++;
    this.#totals.accepted++;
    const epoch = this.#batch;
    const size = record.message.length;
    epoch.pending++;
    epoch.size += size;
    this.#pending++;
    this.#size += size;
    if (this.#atSink < this.#maxInFlight) this.#hand(record, epoch);
    else this.#backlog.add({ record, batch: epoch });
  }

  #hand(record: LogRecord, epoch: FlushBatch): void {
    const size = record.message.length;
    this.#atSink++;
    let stored: unknown;
    try {
      stored = this.#sink(record);
    } catch (error) {
      return this.#settle(epoch, size, false, error);
    }
    // A sink may be a short arrow function that gives back whatever its last call gave.
    if (!(stored instanceof Promise)) return this.#settle(epoch, size, true);
    stored.then(
      () => this.#settle(epoch, size, true),
      (error: unknown) => this.#settle(epoch, size, false, error),
    );
  }

  #settle(epoch: FlushBatch, size: number, ok: boolean, error?: unknown): void {
    this.#atSink--;
    if (!epoch.givenUp) {
      this.#count(epoch, size, ok, error);
      if (epoch.pending === 0) epoch.settled?.();
    }
    const next = this.#backlog.take();
    if (next) this.#hand(next.record, next.batch);
    this.#options.onSettled();
  }

  #count(epoch: FlushBatch, size: number, ok: boolean, error: unknown): void {
    epoch.pending--;
    epoch.size -= size;
    this.#pending--;
    this.#size -= size;
    this.#failing = !ok;
    for (const counts of [this.stats, this.#totals]) {
      if (ok) {
        counts.stored++;
        counts.bytes += size;
      } else counts.failed++;
    }
    if (!ok) this.#report(error);
  }

  #report(error: unknown): void {
    if (this.#reported) return;
    this.#reported = true;
    this.#options.onFailure(this, error);
  }

  /** Resolves when all that came so far is stored or given up, after `timeoutMs` at the latest. Never rejects. */
  async flush(timeoutMs: number): Promise<void> {
    this.#reportDropped();
    if (this.#unflushed === 0 && this.#closing.size === 0) return;
    this.#unflushed = 0;
    this.#closeBatch();
    const waiting = [this.#flushSink(), ...this.#closing.values()];
    try {
      await withDeadline({ action: "flush", timeoutMs }, () => Promise.all(waiting));
    } catch {
      this.#giveUp(timeoutMs); // Nothing that it waits for rejects: the time is up.
    }
  }

  async #flushSink(): Promise<void> {
    try {
      await this.#sink.flush?.();
    } catch (error) {
      this.#report(error);
    }
  }

  #closeBatch(): void {
    const epoch = this.#batch;
    if (epoch.pending === 0) return;
    this.#batch = newFlushBatch();
    const settled = new Promise<void>((resolve) => epoch.settled = resolve);
    this.#closing.set(epoch, settled.then(() => void this.#closing.delete(epoch)));
  }

  #giveUp(timeoutMs: number): void {
    const error = this.#tooSlow(timeoutMs);
    for (const epoch of [...this.#closing.keys()]) {
      epoch.givenUp = true;
      while (epoch.pending > 0) this.#count(epoch, epoch.size / epoch.pending, false, error);
      epoch.settled?.();
    }
    this.#backlog.keepOnly(({ batch }) => !batch.givenUp);
    this.#options.onSettled();
  }
}
