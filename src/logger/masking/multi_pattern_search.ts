/** Searches for many texts in one pass. @module */

import { PatternAutomaton } from "./pattern_automaton.ts";
import type { Span } from "./span.ts";

/** Characters that may be compared for each character of a text, before the search takes the automaton instead. */
const COMPARED = 32;
const TABLE_SIZE = 4096;

/** Index of a pair of characters in the shift table. */
function slot(first: number, second: number): number {
  return (first * 131 ^ second) & (TABLE_SIZE - 1);
}

/**
 * Searches for a set of texts at once with the algorithm of Wu and Manber (1994), which skips ahead by pairs of characters. Its
 * cost hardly grows with the number of texts, unlike that of a regular expression with alternatives. Texts that repeat
 * themselves would make it slow: for those there is an automaton, so that the time is linear in the text.
 */
export class MultiPatternSearch {
  /** Characters of the longest text. */
  readonly longest: number;
  readonly #window: number;
  readonly #shifts = new Uint8Array(TABLE_SIZE);
  readonly #candidates = new Map<number, string[]>();
  readonly #patterns: ReadonlySet<string>;
  #automaton: PatternAutomaton | undefined;

  /** Creates a search for `patterns`, each of two characters or more. */
  constructor(patterns: Iterable<string>) {
    this.#patterns = new Set(patterns);
    let longest = 0;
    let shortest = 255;
    for (const { length } of this.#patterns) {
      longest = Math.max(longest, length);
      shortest = Math.min(shortest, length);
    }
    this.longest = longest;
    this.#window = shortest;
    this.#shifts.fill(this.#window - 1);
    for (const pattern of this.#patterns) this.#add(pattern);
  }

  #add(pattern: string): void {
    const last = this.#window - 1;
    for (let end = 1; end <= last; end++) {
      const index = slot(pattern.charCodeAt(end - 1), pattern.charCodeAt(end));
      this.#shifts[index] = Math.min(this.#shifts[index]!, last - end);
      if (end < last) continue;
      const bucket = this.#candidates.get(index);
      if (bucket) bucket.push(pattern);
      else this.#candidates.set(index, [pattern]);
    }
  }

  /** Adds each occurrence of the texts to `found`, ordered by start; they may overlap. */
  find(text: string, found: Span[]): void {
    const last = this.#window - 1;
    const before = found.length;
    let budget = COMPARED * text.length;
    for (let at = last; at < text.length;) {
      const index = slot(text.charCodeAt(at - 1), text.charCodeAt(at));
      const shift = this.#shifts[index]!;
      if (shift > 0) {
        at += shift;
        continue;
      }
      const start = at - last;
      let end = 0;
      for (const pattern of this.#candidates.get(index) ?? []) {
        // The last character tells most of them apart, and costs as little as the budget says.
        budget -= 1;
        if (
          text.charCodeAt(start + pattern.length - 1) !== pattern.charCodeAt(pattern.length - 1)
        ) {
          continue;
        }
        budget -= pattern.length;
        if (text.startsWith(pattern, start)) end = Math.max(end, start + pattern.length);
      }
      if (budget < 0) {
        found.length = before;
        return (this.#automaton ??= new PatternAutomaton(this.#patterns)).find(text, found);
      }
      if (end > 0) found.push({ start, end });
      at++;
    }
  }
}
