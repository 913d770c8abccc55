/** The queue of records before one sink, with backpressure and counters. @module */

import { Fifo } from "../../async/fifo.ts";
import { isThenable } from "../../async/is_thenable.ts";
import type { LogRecord, LogSink } from "../record.ts";
import { newSinkStats, type SinkStats, type SinkTotals, totalsOf } from "../sink_stats.ts";
import { DROPPED, droppedRecord } from "../dropped_record.ts";
import { DroppedLines } from "./dropped_lines.ts";
import { BACKPRESSURE_OFF, BACKPRESSURE_ON, MAX_IN_FLIGHT, STREAM_SIZE } from "./backpressure.ts";
import { type FlushBatch, newFlushBatch } from "./flush_batch.ts";
import { inTime, type Liveness, livenessOf, silenceError } from "../liveness.ts";
import { MaskedRecord } from "../masking/masked_record.ts";

/** Options of a {@linkcode SinkQueue}. */
export interface SinkQueueOptions {
  readonly sink: LogSink;
  readonly name: string;
  readonly totals: SinkTotals | undefined;
  readonly maxLines: number;
  readonly maxSize: number;
  /** Called at the first failure. */
  readonly onFailure: (queue: SinkQueue, error: unknown) => void;
  /** Called when a line has left the queue. */
  readonly onSettled: () => void;
}

/** A record that waits until the sink has stored others, and its batch. */
interface Waiting {
  readonly record: LogRecord;
  readonly batch: FlushBatch;
}

/** Passes records to one sink and tracks each until it is stored or has failed. */
export class SinkQueue {
  readonly name: string;
  readonly stats: SinkStats;
  readonly #options: SinkQueueOptions;
  readonly #sink: LogSink;
  readonly #maxInFlight: number;
  readonly #totals: SinkStats;
  readonly #liveness: Liveness;
  readonly #closing = new Map<FlushBatch, Promise<void>>();
  readonly #backlog = new Fifo<Waiting>();
  readonly #dropped = new DroppedLines<LogRecord>();
  #batch: FlushBatch = newFlushBatch();
  #pending = 0;
  #size = 0;
  #inFlight = 0;
  #unflushed = 0;
  #failing = false;
  #reported = false;
  #refilling = false;

  constructor(options: SinkQueueOptions) {
    this.#options = options;
    this.#sink = options.sink;
    this.#maxInFlight = options.sink.maxInFlight ?? MAX_IN_FLIGHT;
    this.#liveness = livenessOf(options.sink);
    this.name = options.name;
    this.stats = newSinkStats(options.name);
    this.#totals = totalsOf(options.totals ?? new Map(), options.name);
  }

  /** Whether streams should wait until the sink has stored some lines. A failing sink stops no stream, nor does one that is away. */
  isBackpressured(
    share: typeof BACKPRESSURE_ON | typeof BACKPRESSURE_OFF = BACKPRESSURE_ON,
  ): boolean {
    const { maxLines, maxSize } = this.#options;
    const lines = Math.min(this.#maxInFlight * share, maxLines / 2);
    const size = Math.min(STREAM_SIZE, maxSize / 2);
    return !this.#failing && !this.#liveness.away &&
      (this.#pending >= lines || this.#size >= size);
  }

  /** Whether a waiting stream may continue. */
  isDrained(): boolean {
    return !this.isBackpressured(BACKPRESSURE_OFF);
  }

  /** Ends the backpressure, if there is any after `timeoutMs`, until the sink stores a line again. */
  releaseBackpressure(timeoutMs: number): void {
    if (!this.isBackpressured()) return;
    this.#failing = this.#liveness.away = true;
    this.#report(silenceError(timeoutMs));
  }

  /** How many records the sink will have had with the next one. */
  get nextCount(): number {
    return this.stats.accepted + (this.#dropped.any ? 2 : 1);
  }

  /** Passes a record to the sink, or counts it as dropped when the queue is full. */
  deliver(record: LogRecord): void {
    if (this.#pending >= this.#options.maxLines || this.#size >= this.#options.maxSize) {
      this.#dropped.add(record);
      this.countDropped(1);
      return;
    }
    this.#reportDropped();
    this.#accept(record);
  }

  /** Counts lines that were dropped before this queue. */
  countDropped(lines: number): void {
    this.stats.dropped += lines;
    this.#totals.dropped += lines;
  }

  /** The line that reports dropped ones takes the place and the timestamp of the first of them. */
  #reportDropped(): void {
    const dropped = this.#dropped.take();
    if (dropped !== undefined) this.#accept(droppedRecord(dropped.first, dropped.count));
  }

  #accept(record: LogRecord): void {
    this.stats.accepted++;
    this.#unflushed++;
    this.#totals.accepted++;
    const batch = this.#batch;
    const size = record.message.length;
    batch.pending++;
    batch.size += size;
    this.#pending++;
    this.#size += size;
    if (this.#inFlight < this.#maxInFlight) this.#store(record, batch);
    else this.#backlog.add({ record, batch });
  }

  #store(record: LogRecord, batch: FlushBatch): void {
    const size = record.message.length;
    this.#inFlight++;
    let stored: unknown;
    try {
      stored = this.#sink(MaskedRecord.current(record));
    } catch (error) {
      return this.#settle(batch, size, false, error);
    }
    // A sink may be an arrow function that returns any value of its last call.
    if (!isThenable(stored)) return this.#settle(batch, size, stored !== DROPPED, stored);
    stored.then(
      () => this.#settle(batch, size, true),
      (error: unknown) => this.#settle(batch, size, false, error),
    );
  }

  #settle(batch: FlushBatch, size: number, ok: boolean, error?: unknown): void {
    this.#inFlight--;
    this.#pending--;
    this.#size -= size;
    if (ok) {
      this.#liveness.away = false;
      this.#liveness.silentSince = 0;
    }
    if (!batch.timedOut) {
      this.#count(batch, size, ok, error);
      if (batch.pending === 0) batch.settled?.();
    }
    if (!this.#refilling) this.#refill();
    this.#options.onSettled();
  }

  /** A loop: a sink that settles at once would have each call make the next one. */
  #refill(): void {
    this.#refilling = true;
    while (this.#inFlight < this.#maxInFlight && this.#backlog.length > 0) {
      const { record, batch } = this.#backlog.take()!;
      this.#store(record, batch);
    }
    this.#refilling = false;
  }

  #count(batch: FlushBatch, size: number, ok: boolean, error: unknown): void {
    batch.pending--;
    batch.size -= size;
    this.#failing = !ok;
    for (const counts of [this.stats, this.#totals]) {
      if (ok) {
        counts.stored++;
        counts.bytes += size;
      } else if (error === DROPPED) {
        counts.accepted--;
        counts.dropped++;
      } else counts.failed++;
    }
    if (!ok && error !== DROPPED) this.#report(error);
  }

  #report(error: unknown): void {
    if (this.#reported) return;
    this.#reported = true;
    this.#options.onFailure(this, error);
  }

  /**
   * Resolves when each record so far is stored or has failed, after `timeoutMs` at the latest, and when the sink has stored nothing
   * for `stallMs`. Never rejects.
   */
  async flush(timeoutMs: number, stallMs: number = timeoutMs): Promise<void> {
    this.#reportDropped();
    if (this.#unflushed === 0 && this.#closing.size === 0) return;
    this.#unflushed = 0;
    this.#closeBatch();
    const waiting = [...this.#closing.values()];
    if (this.#sink.flush) {
      const flushed = this.#flushSink();
      if (!this.#liveness.flushHangs) waiting.push(flushed);
    }
    if (waiting.length === 0) return;
    const all = waiting.length === 1 ? waiting[0]! : Promise.all(waiting);
    const isSettled = await inTime(this.#liveness, all, timeoutMs, stallMs);
    this.#liveness.silentSince = 0;
    if (isSettled) return;
    if (this.#closing.size > 0) this.#liveness.away = true;
    else this.#liveness.flushHangs = true;
    this.#failPending(Math.min(timeoutMs, stallMs));
  }

  async #flushSink(): Promise<void> {
    try {
      await this.#sink.flush?.();
    } catch (error) {
      this.#report(error);
    }
    this.#liveness.flushHangs = false;
  }

  #closeBatch(): void {
    const batch = this.#batch;
    if (batch.pending === 0) return;
    this.#batch = newFlushBatch();
    const settled = new Promise<void>((resolve) => batch.settled = resolve);
    this.#closing.set(batch, settled.then(() => void this.#closing.delete(batch)));
  }

  #failPending(timeoutMs: number): void {
    const error = silenceError(timeoutMs);
    for (const batch of [...this.#closing.keys()]) {
      batch.timedOut = true;
      while (batch.pending > 0) this.#count(batch, batch.size / batch.pending, false, error);
      batch.settled?.();
    }
    this.#options.onSettled();
  }
}
