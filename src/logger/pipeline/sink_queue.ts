/** The queue of records before one sink, with backpressure and counters. @module */

import { isAway, setAway, setBack } from "../../async/away.ts";
import { withDeadline } from "../../async/deadline.ts";
import { Fifo } from "../../async/fifo.ts";
import { TimeoutError } from "../../errors.ts";
import type { LogRecord, LogSink } from "../record.ts";
import { newSinkStats, type SinkStats, type SinkTotals, totalsOf } from "../sink_stats.ts";
import { DroppedLines, droppedRecord } from "./dropped_lines.ts";
import { type FlushBatch, newFlushBatch } from "./flush_batch.ts";
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

/** Default of a sink's `maxInFlight`. Further records wait in this queue, where they use the least memory. */
const MAX_IN_FLIGHT = 1000;
/**
 * Pending lines, relative to `maxInFlight`, at which streams stop and at which they continue. The sink is kept busy, and
 * few lines live long enough to burden the garbage collector.
 */
const BACKPRESSURE_ON = 1.5;
const BACKPRESSURE_OFF = 1.1;
/** How long to wait for a sink that is known to be away, in milliseconds. */
const AWAY_MS = 1;
/** Pending characters at which streams stop. */
const STREAM_SIZE = 8 * 1024 * 1024;
/** Sinks whose own flush did not settle in time, and has not since, whatever lines they take. */
const unflushable = /* @__PURE__ */ new WeakSet<LogSink>();

/** Passes records to one sink and tracks each until it is stored or has failed. */
export class SinkQueue {
  readonly name: string;
  readonly stats: SinkStats;
  readonly #options: SinkQueueOptions;
  readonly #sink: LogSink;
  readonly #maxInFlight: number;
  readonly #totals: SinkStats;
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

  constructor(options: SinkQueueOptions) {
    this.#options = options;
    this.#sink = options.sink;
    this.#maxInFlight = options.sink.maxInFlight ?? MAX_IN_FLIGHT;
    this.name = options.name;
    this.stats = newSinkStats(options.name);
    this.#totals = totalsOf(options.totals ?? new Map(), options.name);
  }

  /** Whether streams should wait until the sink has stored some lines. A failing sink stops no stream. */
  isBackpressured(
    share: typeof BACKPRESSURE_ON | typeof BACKPRESSURE_OFF = BACKPRESSURE_ON,
  ): boolean {
    const { maxLines, maxSize } = this.#options;
    const lines = Math.min(this.#maxInFlight * share, maxLines / 2);
    const size = Math.min(STREAM_SIZE, maxSize / 2);
    return !this.#failing && (this.#pending >= lines || this.#size >= size);
  }

  /** Whether a waiting stream may continue. */
  isDrained(): boolean {
    return !this.isBackpressured(BACKPRESSURE_OFF);
  }

  /** Ends the backpressure, if there is any after `timeoutMs`, until the sink stores a line again. */
  releaseBackpressure(timeoutMs: number): void {
    if (!this.isBackpressured()) return;
    this.#failing = true;
    this.#report(this.#timeoutError(timeoutMs));
  }

  #timeoutError(timeoutMs: number): TimeoutError {
    return new TimeoutError(
      `timed out after ${timeoutMs} ms: the sink neither stored nor refused its lines`,
      timeoutMs,
    );
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
    if (!isThenable(stored)) return this.#settle(batch, size, true);
    stored.then(
      () => this.#settle(batch, size, true),
      (error: unknown) => this.#settle(batch, size, false, error),
    );
  }

  #settle(batch: FlushBatch, size: number, ok: boolean, error?: unknown): void {
    this.#inFlight--;
    if (ok) setBack(this.#sink);
    if (!batch.timedOut) {
      this.#count(batch, size, ok, error);
      if (batch.pending === 0) batch.settled?.();
    }
    const next = this.#backlog.take();
    if (next) this.#store(next.record, next.batch);
    this.#options.onSettled();
  }

  #count(batch: FlushBatch, size: number, ok: boolean, error: unknown): void {
    batch.pending--;
    batch.size -= size;
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

  /** Resolves when each record so far is stored or has failed, after `timeoutMs` at the latest. Never rejects. */
  async flush(timeoutMs: number): Promise<void> {
    this.#reportDropped();
    if (this.#unflushed === 0 && this.#closing.size === 0) return;
    this.#unflushed = 0;
    this.#closeBatch();
    const waiting = [this.#flushSink(), ...this.#closing.values()];
    try {
      const isKnown = isAway(this.#sink) || unflushable.has(this.#sink);
      const limitMs = isKnown ? AWAY_MS : timeoutMs;
      await withDeadline({ action: "flush", timeoutMs: limitMs }, () => Promise.all(waiting));
    } catch {
      if (this.#closing.size > 0) setAway(this.#sink);
      else unflushable.add(this.#sink);
      this.#failPending(timeoutMs); // The only reason is the time-out: none of these promises rejects.
    }
  }

  async #flushSink(): Promise<void> {
    try {
      await this.#sink.flush?.();
    } catch (error) {
      this.#report(error);
    }
    unflushable.delete(this.#sink);
  }

  #closeBatch(): void {
    const batch = this.#batch;
    if (batch.pending === 0) return;
    this.#batch = newFlushBatch();
    const settled = new Promise<void>((resolve) => batch.settled = resolve);
    this.#closing.set(batch, settled.then(() => void this.#closing.delete(batch)));
  }

  #failPending(timeoutMs: number): void {
    const error = this.#timeoutError(timeoutMs);
    for (const batch of [...this.#closing.keys()]) {
      batch.timedOut = true;
      while (batch.pending > 0) this.#count(batch, batch.size / batch.pending, false, error);
      batch.settled?.();
    }
    this.#backlog.keepOnly(({ batch }) => !batch.timedOut);
    this.#options.onSettled();
  }
}

/** By its shape: a promise may be of another realm or library. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === "function";
}
