/** Counts lines that a full buffer drops. @module */

/** Counts lines dropped in a row, until they are reported. */
export class DroppedLines<First> {
  #first: First | undefined;
  #count = 0;

  /** Whether there are any to report. */
  get any(): boolean {
    return this.#first !== undefined;
  }

  /** Counts a dropped line. */
  add(line: First): void {
    this.#first ??= line;
    this.#count++;
  }

  /** Returns the first of the lines and their count, and resets; `undefined` when none was dropped. */
  take(): { first: First; count: number } | undefined {
    if (this.#first === undefined) return undefined;
    const taken = { first: this.#first, count: this.#count };
    this.#first = undefined;
    this.#count = 0;
    return taken;
  }
}
