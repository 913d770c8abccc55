/** Collects lines into pushes for Loki, and splits those that Loki does not take as they are. @module */

import { hasCode } from "../../errors.ts";
import { encodeLokiPush, type LokiEntry } from "../../protocol/logs/loki.ts";
import { MaskedRecord } from "../masking/masked_record.ts";
import type { Labels, LogRecord } from "../record.ts";
import type { LokiEntries } from "./loki_entries.ts";
import type { LokiPush } from "./loki_push.ts";
import { ignoredLines, LINES_REFUSED, METADATA_REFUSED, TOO_LARGE } from "./loki_response.ts";
import { jsonLength } from "./split_text.ts";

/** Parts of a {@linkcode LokiBatcher}. */
export interface LokiBatcherOptions {
  readonly push: LokiPush;
  readonly entries: LokiEntries;
  readonly batchLines: number;
  readonly batchSize: number;
  readonly batchMs: number;
  readonly timeoutMs: number;
  /** Called with each line that is stored, or has failed. Returns the error of a line that has failed now. */
  readonly settled: (record: LogRecord) => unknown;
}

interface Waiting {
  readonly record: LogRecord;
  readonly deadline: number;
  readonly size: number;
  readonly settle: (error: unknown) => void;
  error?: unknown;
}

/** An entry, and the line that it is, or is a part of. */
interface Item {
  readonly line: Waiting;
  readonly entry: LokiEntry;
  /** The record that it was made of. */
  readonly record: LogRecord;
}

/** Bytes of an entry besides its texts: time, quotes, brackets. Those of its run's labels and metadata besides their values. */
const ENTRY_BYTES = 64;
const RUN_BYTES = 96;
/** Pushes that a batch is split into at most. A bad line among a thousand takes twenty. */
const MOST_PUSHES = 256;

/** Sends lines in batches, one push at a time and in order. */
export class LokiBatcher {
  readonly #options: LokiBatcherOptions;
  #waiting: Waiting[] = [];
  #size = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending: Promise<void> | undefined;
  /** Whether Loki refuses all lines, so that it is no use to search for the bad ones. */
  #refusesAll = false;
  /** Pushes of the current batch, and whether one of them was stored. */
  #pushes = 0;
  #stored = false;

  constructor(options: LokiBatcherOptions) {
    this.#options = options;
  }

  /** Resolves when the line is stored. */
  store(record: LogRecord): Promise<void> {
    const { batchLines, batchSize, batchMs, timeoutMs } = this.#options;
    return new Promise((resolve, reject) => {
      const settle = (error: unknown) => error === undefined ? resolve() : reject(error);
      const size = sizeOf(record);
      this.#waiting.push({ record, deadline: performance.now() + timeoutMs, size, settle });
      this.#size += size;
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
      await this.#storeBatch(batch);
      for (const line of batch) {
        const failure = this.#options.settled(MaskedRecord.current(line.record));
        line.settle(failure ?? line.error);
      }
    }
  }

  #nextBatch(): Waiting[] {
    const { batchLines, batchSize } = this.#options;
    let count = 0;
    let size = 0;
    while (count < this.#waiting.length && count < batchLines) {
      size += this.#waiting[count]!.size;
      if (size > batchSize && count > 0) break;
      count++;
    }
    const batch = this.#waiting.splice(0, count);
    for (const line of batch) this.#size -= line.size;
    return batch;
  }

  /** Sends a batch: one push, or several when one of its lines alone is longer than a push may be. */
  async #storeBatch(batch: readonly Waiting[]): Promise<void> {
    const items: Item[] = batch.flatMap((line) => {
      const record = MaskedRecord.current(line.record);
      return this.#options.entries.of(record).map((entry) => ({ line, entry, record }));
    });
    this.#pushes = 0;
    this.#stored = false;
    for (let from = 0; from < items.length;) {
      let to = from;
      for (let size = 0; to < items.length; to++) {
        size += entrySize(items[to]!.entry);
        if (size > this.#options.batchSize && to > from) break;
      }
      await this.#store(items.slice(from, to));
      from = to;
    }
    this.#refusesAll ||= !this.#stored && this.#pushes >= MOST_PUSHES;
  }

  async #store(items: readonly Item[]): Promise<void> {
    const { push, entries } = this.#options;
    const { deadline } = items[0]!.line;
    this.#pushes++;
    try {
      await push.send(() => this.#encode(items), deadline);
      this.#stored = true;
      this.#refusesAll = false;
    } catch (error) {
      if (hasCode(error, METADATA_REFUSED) && entries.structuredMetadata) {
        entries.structuredMetadata = false;
        await this.#store(items);
      } else if (this.#canSplit(items, error)) {
        const middle = items.length >> 1;
        await this.#store(items.slice(0, middle));
        await this.#store(items.slice(middle));
      } else fail(items, error);
    }
  }

  #canSplit(items: readonly Item[], error: unknown): boolean {
    if (items.length === 1 || this.#pushes >= MOST_PUSHES) return false;
    if (hasCode(error, TOO_LARGE)) return true;
    return hasCode(error, LINES_REFUSED) && !this.#refusesAll &&
      ignoredLines(error) !== items.length;
  }

  /** Encodes the entries as they may leave now: a secret may have become known since the last attempt. */
  #encode(items: readonly Item[]): string {
    return encodeLokiPush(items.map(({ record, entry }) => {
      const masker = MaskedRecord.changedMasker(record);
      if (!masker) return this.#options.entries.placed(entry);
      const line = masker.mask(entry.line);
      const metadata = masker.maskValue(entry.metadata);
      return this.#options.entries.placed({ ...entry, line, metadata });
    }));
  }
}

/** Fails the lines of a push: as many as Loki says it has not stored, else all. It does not say which. */
function fail(items: readonly Item[], error: unknown): void {
  const ignored = Math.min(ignoredLines(error) ?? items.length, items.length);
  for (const { line } of items.slice(items.length - ignored)) line.error ??= error;
}

function sizeOf({ message, labels, ...run }: LogRecord): number {
  const { driver, runId, pipeline, event, messageId } = run;
  const runSize = RUN_BYTES + jsonLength(driver + runId + pipeline + event + messageId);
  return ENTRY_BYTES + runSize + jsonLength(message) + sizeOfLabels(labels);
}

function entrySize({ line, metadata, labels }: LokiEntry): number {
  return ENTRY_BYTES + jsonLength(line) + sizeOfLabels(metadata) + sizeOfLabels(labels);
}

function sizeOfLabels(labels: Readonly<Labels>): number {
  let size = 0;
  for (const name in labels) size += 6 + jsonLength(name) + jsonLength(labels[name]!);
  return size;
}
