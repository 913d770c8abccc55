/** The last ids of many. @module */

/** Remembers ids, at least the last `most` of them and at most twice as many. */
export class RecentIds {
  readonly #most: number;
  #newer = new Set<string>();
  /** Those before; dropped as a whole, since to look for the oldest of a set passes all that were deleted before it. */
  #older = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Adds an id. */
  add(id: string): void {
    this.#newer.add(id);
    if (this.#newer.size < this.#most) return;
    this.#older = this.#newer;
    this.#newer = new Set();
  }

  /** Whether an id is remembered. */
  has(id: string): boolean {
    return this.#newer.has(id) || this.#older.has(id);
  }
}
