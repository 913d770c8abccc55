/** The duplicate window of a memory stream. @module */

interface Remembered {
  readonly sequence: number;
  readonly expiresMs: number;
}

/** Message ids within a stream's duplicate window. */
export class DuplicateWindow {
  readonly #ids = new Map<string, Remembered>();

  /** Returns the sequence of the message with this id within the window. */
  find(id: string, nowMs: number): number | undefined {
    for (const [oldest, { expiresMs }] of this.#ids) {
      if (expiresMs > nowMs) break;
      this.#ids.delete(oldest);
    }
    return this.#ids.get(id)?.sequence;
  }

  /** Removes every id. */
  clear(): void {
    this.#ids.clear();
  }

  /** Remembers an id for `windowMs` milliseconds. */
  remember(id: string, sequence: number, nowMs: number, windowMs: number): void {
    this.#ids.delete(id);
    this.#ids.set(id, { sequence, expiresMs: nowMs + windowMs });
  }
}
