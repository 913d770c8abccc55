/** Message ids that a memory stream remembers. @module */

interface Remembered {
  readonly sequence: number;
  readonly untilMs: number;
}

/** Message ids within a stream's duplicate window. */
export class Duplicates {
  readonly #ids = new Map<string, Remembered>();

  /** Gives the sequence of the message that had this id within the window. */
  find(id: string, nowMs: number): number | undefined {
    for (const [oldest, { untilMs }] of this.#ids) {
      if (untilMs > nowMs) break;
      this.#ids.delete(oldest);
    }
    return this.#ids.get(id)?.sequence;
  }

  /** Remembers an id for `windowMs` milliseconds. */
  remember(id: string, sequence: number, nowMs: number, windowMs: number): void {
    this.#ids.delete(id);
    this.#ids.set(id, { sequence, untilMs: nowMs + windowMs });
  }
}
