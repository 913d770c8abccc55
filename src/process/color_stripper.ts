/** Removes terminal colours from text that comes in chunks. @module */

import { stripVTControlCharacters } from "node:util";

/** A terminal sequence that is not complete at the end of a text. */
// deno-lint-ignore no-control-regex
const INCOMPLETE = /[\x1b\x9b](?:\[?[0-9;:?]*|\][^\x07\x1b]*\x1b?)$/;
/** What is longer is no sequence, and is not held back. */
const LONGEST_SEQUENCE = 4096;

/** Removes the terminal sequences of text, also those that are split between chunks. */
export class ColorStripper {
  readonly #decoder = new TextDecoder();
  #held = "";

  /** Adds bytes, and returns the text that they complete. */
  push(chunk: Uint8Array): string {
    return this.#strip(this.#decoder.decode(chunk, { stream: true }));
  }

  /** Returns the rest. */
  end(): string {
    const rest = this.#strip(this.#decoder.decode()) + this.#held;
    this.#held = "";
    return rest;
  }

  #strip(added: string): string {
    const text = this.#held + added;
    const from = Math.max(0, text.length - LONGEST_SEQUENCE);
    const at = INCOMPLETE.exec(text.slice(from))?.index;
    const end = at === undefined ? text.length : from + at;
    this.#held = text.slice(end);
    return stripVTControlCharacters(text.slice(0, end));
  }
}
