/** A queue, first in, first out. @module */

/** A queue, first in, first out. Both ends take constant time. */
export class Fifo<T> {
  #values: T[] = [];
  #head = 0;

  /** The number of values. */
  get length(): number {
    return this.#values.length - this.#head;
  }

  /** Appends a value. */
  add(value: T): void {
    this.#values.push(value);
  }

  /** Removes and returns the oldest value; `undefined` when the queue is empty. */
  take(): T | undefined {
    const value = this.#values[this.#head];
    if (this.#head === this.#values.length) return undefined;
    this.#head++;
    if (this.#head === this.#values.length) {
      this.#values = [];
      this.#head = 0;
    }
    return value;
  }
}
