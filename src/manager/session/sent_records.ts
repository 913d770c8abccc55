/** Records that were sent and may not have arrived. @module */

/** So many are remembered at most; the oldest ones are dropped. */
const MOST = 2000;

/**
 * Records that were sent without a confirmation. What is confirmed after them on the same connection shows that they have
 * arrived; those that a broken connection may have lost are sent again.
 */
export class SentRecords {
  /** By key, oldest first. */
  readonly #records = new Map<string, { readonly name: string; readonly record: Uint8Array }>();
  #count = 0;
  #dropped = 0;

  /** A record was sent. `name` is what its result is called by. */
  add(key: string, name: string, record: Uint8Array): void {
    if (this.#records.delete(key)) this.#dropped++;
    this.#records.set(key, { name, record });
    this.#count++;
    if (this.#records.size > MOST) this.#drop(this.#records.keys().next().value!);
  }

  /** How many were sent so far. */
  get count(): number {
    return this.#count;
  }

  /** All of the first `count` have arrived. */
  arrived(count: number): void {
    for (const key of this.#records.keys()) {
      if (this.#dropped >= count) return;
      this.#drop(key);
    }
  }

  /** Those that may not have arrived. */
  get unsure(): Iterable<
    [key: string, sent: { readonly name: string; readonly record: Uint8Array }]
  > {
    return this.#records;
  }

  #drop(key: string): void {
    this.#records.delete(key);
    this.#dropped++;
  }
}
