/** Records that were sent and may not have arrived. @module */

/** The most that they may take, in bytes; the oldest ones are dropped. */
const MOST_BYTES = 8 * 1024 * 1024;
/** What one costs besides its bytes. */
const ENTRY_BYTES = 300;

/** A record of an outcome. */
export interface SentRecord {
  /** What its result is called by. */
  readonly name: string;
  /** Where it is written. */
  readonly subject: string;
  readonly record: Uint8Array;
  /** Whether it was sent at all: while the connection is away it is not, because it could arrive without its result. */
  readonly sent: boolean;
}

/**
 * Records that were sent without a confirmation. What is confirmed after them on the same connection shows that they have
 * arrived; those that a broken connection may have lost are sent again once their results are stored.
 */
export class SentRecords {
  /** By name, oldest first. */
  readonly #records = new Map<string, SentRecord>();
  #bytes = 0;
  #count = 0;
  #dropped = 0;

  /** Adds a record as the newest. */
  add(record: SentRecord): void {
    this.#drop(record.name);
    this.#records.set(record.name, record);
    this.#bytes += record.record.length + ENTRY_BYTES;
    this.#count++;
    while (this.#bytes > MOST_BYTES) this.#drop(this.#records.keys().next().value!);
  }

  /** How many were added so far. */
  get count(): number {
    return this.#count;
  }

  /** Gives one that was not sent. */
  unsent(name: string): SentRecord | undefined {
    const found = this.#records.get(name);
    return found?.sent === false ? found : undefined;
  }

  /** Its connection broke before its result was confirmed: it counts as not sent. */
  lost(name: string): void {
    const found = this.#records.get(name);
    if (found) this.#records.set(name, { ...found, sent: false });
  }

  /** Those of the first `count` that were sent have arrived. */
  arrived(count: number): void {
    let left = count - this.#dropped;
    for (const { name, sent } of this.#records.values()) {
      if (left-- <= 0) return;
      if (sent) this.#drop(name);
    }
  }

  /** Those that may not have arrived. */
  get unsure(): Iterable<SentRecord> {
    return this.#records.values();
  }

  #drop(name: string): void {
    const found = this.#records.get(name);
    if (!found) return;
    this.#records.delete(name);
    this.#bytes -= found.record.length + ENTRY_BYTES;
    this.#dropped++;
  }
}
