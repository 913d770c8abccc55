/** Records that were sent and may not have arrived. @module */

/** The most that they may take, in bytes; the oldest ones are dropped. */
const MOST_BYTES = 8 * 1024 * 1024;
/** What one costs besides its bytes. */
const ENTRY_BYTES = 300;

/** A record of an outcome. */
export interface SentRecord {
  /** What its result is called by. */
  readonly name: string;
  readonly record: Uint8Array;
  /** Whether it was sent at all: while the connection is away it is not, because it could arrive without its result. */
  readonly sent: boolean;
}

/**
 * Records that were sent without a confirmation. What is confirmed after them on the same connection shows that they have
 * arrived; those that a broken connection may have lost are sent again once their results are stored.
 */
export class SentRecords {
  /** By subject, oldest first. */
  readonly #records = new Map<string, SentRecord>();
  #bytes = 0;
  #count = 0;
  #dropped = 0;
  #unsent = 0;

  /** Adds a record as the newest. */
  add(subject: string, record: SentRecord): void {
    this.#drop(subject);
    this.#records.set(subject, record);
    this.#bytes += record.record.length + ENTRY_BYTES;
    this.#count++;
    if (!record.sent) this.#unsent++;
    while (this.#bytes > MOST_BYTES) this.#drop(this.#records.keys().next().value!);
  }

  /** Whether there are some that were not sent. */
  get someUnsent(): boolean {
    return this.#unsent > 0;
  }

  /** How many were added so far. */
  get count(): number {
    return this.#count;
  }

  /** Gives one that was not sent. */
  unsent(subject: string): SentRecord | undefined {
    const found = this.#records.get(subject);
    return found?.sent === false ? found : undefined;
  }

  /** Its connection broke before its result was confirmed: it counts as not sent. */
  lost(subject: string): void {
    const found = this.#records.get(subject);
    if (!found?.sent) return;
    this.#records.set(subject, { ...found, sent: false });
    this.#unsent++;
  }

  /** Those of the first `count` that were sent have arrived. */
  arrived(count: number): void {
    let left = count - this.#dropped;
    for (const [subject, { sent }] of this.#records) {
      if (left-- <= 0) return;
      if (sent) this.#drop(subject);
    }
  }

  /** Those that may not have arrived. */
  get unsure(): Iterable<[subject: string, record: SentRecord]> {
    return this.#records;
  }

  #drop(subject: string): void {
    const found = this.#records.get(subject);
    if (!found) return;
    this.#records.delete(subject);
    this.#bytes -= found.record.length + ENTRY_BYTES;
    this.#dropped++;
    if (!found.sent) this.#unsent--;
  }
}
