/** Replaces parts of a text, and tells where each stretch of the result was. @module */

import type { Span } from "./span.ts";

/** A text without its escapes. */
export interface DecodedText {
  readonly text: string;
  /** Returns the stretch of the original text that a stretch of this one was written as. */
  origin(span: Span): Span;
}

/** A replacement: a stretch of the result, and what it replaces in the source. */
interface Edit {
  readonly result: Span;
  readonly source: Span;
}

/** Collects replacements from left to right. */
export class TextEdits {
  readonly #source: string;
  readonly #edits: Edit[] = [];
  #text = "";
  #read = 0;

  /** Starts with nothing replaced in `source`. */
  constructor(source: string) {
    this.#source = source;
  }

  /** Replaces the next stretch of the source. */
  replace(at: number, length: number, replacement: string): void {
    this.#text += this.#source.slice(this.#read, at);
    const start = this.#text.length;
    this.#text += replacement;
    this.#read = at + length;
    this.#edits.push({
      result: { start, end: this.#text.length },
      source: { start: at, end: this.#read },
    });
  }

  /** Returns the text with all replacements; `undefined` when there was none. */
  result(): DecodedText | undefined {
    if (this.#read === 0) return undefined;
    const text = this.#text + this.#source.slice(this.#read);
    return {
      text,
      origin: ({ start, end }) => ({ start: this.#origin(start, 0), end: this.#origin(end, 1) }),
    };
  }

  /** Where the source has what begins (`before` is 0) or ends (1) at `at`: inside a replacement, all of it. */
  #origin(at: number, before: 0 | 1): number {
    let low = 0;
    let high = this.#edits.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#edits[middle]!.result.start <= at - before) low = middle + 1;
      else high = middle;
    }
    const edit = this.#edits[low - 1];
    if (!edit) return at;
    const past = at - edit.result.end;
    return past < 0 && !before ? edit.source.start : edit.source.end + Math.max(0, past);
  }
}
