/** Replaces parts of a text, and tells where each stretch of the result was. @module */

import type { Span } from "./span.ts";

/** A text without its escapes. */
export interface DecodedText {
  readonly text: string;
  /** Returns the stretch of the original text that a stretch of this one was written as. */
  origin(span: Span): Span;
}

/** Collects replacements from left to right. */
export class TextEdits {
  readonly #source: string;
  #text = "";
  #read = 0;
  /** Of each replacement: where it ends in the result, and where in the source. */
  readonly #ends: number[] = [];
  readonly #sourceEnds: number[] = [];
  /** Of each replacement: where it begins in the result, and where in the source. */
  readonly #starts: number[] = [];
  readonly #sourceStarts: number[] = [];

  /** Starts with nothing replaced in `source`. */
  constructor(source: string) {
    this.#source = source;
  }

  /** Replaces the next stretch of the source. */
  replace(at: number, length: number, replacement: string): void {
    this.#text += this.#source.slice(this.#read, at);
    this.#starts.push(this.#text.length);
    this.#sourceStarts.push(at);
    this.#text += replacement;
    this.#read = at + length;
    this.#ends.push(this.#text.length);
    this.#sourceEnds.push(this.#read);
  }

  /** Returns the text with all replacements; `undefined` when there was none. */
  result(): DecodedText | undefined {
    if (this.#ends.length === 0) return undefined;
    const text = this.#text + this.#source.slice(this.#read);
    return {
      text,
      origin: ({ start, end }) => ({ start: this.#origin(start, 0), end: this.#origin(end, 1) }),
    };
  }

  /** Where the source has what begins (`before` is 0) or ends (1) at `at`: inside a replacement, all of it. */
  #origin(at: number, before: 0 | 1): number {
    const index = lastAtMost(this.#starts, at - before);
    if (index < 0) return at;
    const past = at - this.#ends[index]!;
    return past < 0 && !before
      ? this.#sourceStarts[index]!
      : this.#sourceEnds[index]! + Math.max(0, past);
  }
}

/** Returns the index of the last number that is not above `limit`; -1 when all are. */
function lastAtMost(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
