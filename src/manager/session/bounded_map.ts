/** A map that holds no more than so many bytes. @module */

interface Sized<T> {
  readonly value: T;
  readonly bytes: number;
}

/** What an entry costs besides its value, in bytes. */
const ENTRY_BYTES = 200;

/** A map by text that drops its oldest entries when the sizes of all come to more than `maxBytes`. */
export class BoundedMap<T> {
  readonly #entries = new Map<string, Sized<T>>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether it holds nothing. */
  get empty(): boolean {
    return this.#entries.size === 0;
  }

  /** The oldest entry's key; `undefined` when it holds nothing. */
  get oldest(): string | undefined {
    return this.#entries.keys().next().value;
  }

  /** Gives an entry's value. */
  get(key: string): T | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Adds an entry as the newest; one of the same key is replaced. By default it costs as much as its key. */
  set(key: string, value: T, bytes: number = key.length): void {
    this.delete(key);
    const size = bytes + ENTRY_BYTES;
    this.#entries.set(key, { value, bytes: size });
    this.#bytes += size;
    if (this.#bytes > this.#maxBytes) this.#shrink();
  }

  /** Drops the oldest entries, some at a time: each look for the oldest one passes all that were deleted before it. */
  #shrink(): void {
    const wanted = this.#maxBytes * 0.95;
    for (const [key, { bytes }] of this.#entries) {
      if (this.#bytes <= wanted || this.#entries.size === 1) return;
      this.#entries.delete(key);
      this.#bytes -= bytes;
    }
  }

  /** Removes an entry. */
  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}
