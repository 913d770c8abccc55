/** One sink's way out of a logger: what it was given, what it has stored, what was too much for it. @module */

import { TimeoutError } from "../errors.ts";
import type { LogRecord, LogSink } from "./record.ts";
import { newSinkStats, type SinkStats, type SinkTotals, totalsOf } from "./sink_stats.ts";

/** Lines handed over between two flushes. */
interface Epoch {
  pending: number;
  size: number;
  givenUp: boolean;
  settled?: () => void;
}

/** How a lane works. */
export interface SinkLaneOptions {
  readonly sink: LogSink;
  readonly name: string;
  readonly totals: SinkTotals | undefined;
  readonly maxLines: number;
  readonly maxSize: number;
  /** Told of the first failure. */
  readonly onFailure: (lane: SinkLane, error: unknown) => void;
  /** Told when lines have left the lane. */
  readonly onSettled: () => void;
}

/** Hands records to one sink and follows each until it is stored or given up. */
export class SinkLane {
  readonly name: string;
  readonly stats: SinkStats;
  readonly #options: SinkLaneOptions;
  readonly #counters: SinkStats[];
  #epoch: Epoch = { pending: 0, size: 0, givenUp: false };
  readonly #closing = new Map<Epoch, Promise<void>>();
  #pending = 0;
  #size = 0;
  #failing = false;
  #reported = false;
  #firstDropped: LogRecord | undefined;
  #droppedInARow = 0;

  constructor(options: SinkLaneOptions) {
    this.#options = options;
    this.name = options.name;
    this.stats = newSinkStats(options.name);
    this.#counters = [this.stats];
    if (options.totals) this.#counters.push(totalsOf(options.totals, options.name));
  }

  /** Lines that it waits for. A sink that fails holds nobody up: then it is 0. */
  get pressure(): number {
    return this.#failing ? 0 : this.#pending;
  }

  /** Characters that it waits for. */
  get sizePressure(): number {
    return this.#failing ? 0 : this.#size;
  }

  /** Hands a record to the sink, or counts it as dropped when too many wait already. */
  deliver(record: LogRecord): void {
    const { maxLines, maxSize } = this.#options;
    if (this.#pending >= maxLines || this.#size >= maxSize) {
      this.#firstDropped ??= record;
      this.#droppedInARow++;
      this.countDropped(1);
      return;
    }
    this.#tellOfDropped();
    this.#hand(record);
  }

  /** Counts lines that were dropped before they came here. */
  countDropped(lines: number): void {
    for (const counter of this.#counters) counter.dropped += lines;
  }

  /** The line about dropped ones takes the place, and so the time, of the first of them. */
  #tellOfDropped(): void {
    if (this.#firstDropped === undefined) return;
    const record = droppedRecord(this.#firstDropped, this.#droppedInARow);
    this.#firstDropped = undefined;
    this.#droppedInARow = 0;
    this.#hand(record);
  }

  #hand(record: LogRecord): void {
    const epoch = this.#epoch;
    const size = record.message.length;
    for (const counter of this.#counters) counter.accepted++;
    let stored: unknown;
    try {
      stored = this.#options.sink(record);
    } catch (error) {
      this.#count(size, false, error);
      return;
    }
    // A sink may be a short arrow function that gives back whatever its last call gave.
    if (!(stored instanceof Promise)) {
      this.#count(size, true);
      return;
    }
    epoch.pending++;
    epoch.size += size;
    this.#pending++;
    this.#size += size;
    stored.then(
      () => this.#settle(epoch, size, true),
      (error: unknown) => this.#settle(epoch, size, false, error),
    );
  }

  #settle(epoch: Epoch, size: number, ok: boolean, error?: unknown): void {
    if (epoch.givenUp) return;
    this.#pending--;
    this.#size -= size;
    epoch.size -= size;
    this.#count(size, ok, error);
    if (--epoch.pending === 0) epoch.settled?.();
    this.#options.onSettled();
  }

  #count(size: number, ok: boolean, error?: unknown): void {
    this.#failing = !ok;
    for (const counter of this.#counters) {
      if (ok) {
        counter.stored++;
        counter.bytes += size;
      } else counter.failed++;
    }
    if (ok || this.#reported) return;
    this.#reported = true;
    this.#options.onFailure(this, error);
  }

  /** Resolves when all that was handed over so far is stored or given up, after `timeoutMs` at the latest. Never rejects. */
  async flush(timeoutMs: number): Promise<void> {
    this.#tellOfDropped();
    this.#closeEpoch();
    const waiting = [...this.#closing.values()];
    waiting.push(this.#flushSink());
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<"late">((resolve) => {
      timer = setTimeout(resolve, timeoutMs, "late");
    });
    const outcome = await Promise.race([Promise.all(waiting), timeout]);
    clearTimeout(timer);
    if (outcome === "late") this.#giveUp(timeoutMs);
  }

  async #flushSink(): Promise<void> {
    try {
      await this.#options.sink.flush?.();
    } catch (error) {
      this.#report(error);
    }
  }

  #closeEpoch(): void {
    const epoch = this.#epoch;
    if (epoch.pending === 0) return;
    this.#epoch = { pending: 0, size: 0, givenUp: false };
    const settled = new Promise<void>((resolve) => epoch.settled = resolve);
    this.#closing.set(epoch, settled.then(() => void this.#closing.delete(epoch)));
  }

  #giveUp(timeoutMs: number): void {
    const error = new TimeoutError(
      `cannot wait any longer for log sink ${this.name}: it has neither stored nor refused its lines within ${timeoutMs} ms`,
      timeoutMs,
    );
    for (const epoch of [...this.#closing.keys()]) {
      epoch.givenUp = true;
      this.#pending -= epoch.pending;
      this.#size -= epoch.size;
      for (let line = 0; line < epoch.pending; line++) this.#count(0, false, error);
      epoch.settled?.();
    }
    this.#options.onSettled();
  }

  #report(error: unknown): void {
    if (this.#reported) return;
    this.#reported = true;
    this.#options.onFailure(this, error);
  }
}

/** The line that says how many lines are missing at its place. */
export function droppedRecord(first: LogRecord, count: number): LogRecord {
  const lines = count === 1 ? "1 line" : `${count} lines`;
  return {
    ...first,
    level: "warn",
    message: `… ${lines} dropped: they came faster than the log could be stored`,
    labels: { dropped: String(count) },
  };
}
