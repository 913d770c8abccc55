/** A queue, first in, first out. @module */

/** Values in the order they came. Taking one costs the same however many wait. */
export class Fifo<T> {
  #values: T[] = [];
  #head = 0;

  /** How many values wait. */
  get length(): number {
    return this.#values.length - this.#head;
  }

  /** Adds a value as the last one. */
  add(value: T): void {
    this.#values.push(value);
  }

  /** Takes the oldest value; `undefined` when there is none. */
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

  /** Keeps only the values for which `wanted` holds. */
  keepOnly(wanted: (value: T) => boolean): void {
    this.#values = this.#values.slice(this.#head).filter(wanted);
    this.#head = 0;
  }
}
