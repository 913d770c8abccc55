/** Finds many texts in one pass. @module */

import type { Span } from "./span.ts";

const TABLE_SIZE = 4096;

/** Where a pair of characters has its place in the shift table. */
function slot(first: number, second: number): number {
  return (first * 131 ^ second) & (TABLE_SIZE - 1);
}

/**
 * Looks for any of a set of texts at once, skipping ahead by pairs of characters as Wu and Manber do. Its cost hardly
 * grows with the number of texts, which an alternation of regular expressions cannot say of itself.
 */
export class MultiPatternSearch {
  /** Characters of the longest text it looks for. */
  readonly longest: number;
  readonly #window: number;
  readonly #shifts = new Uint8Array(TABLE_SIZE);
  readonly #candidates = new Map<number, string[]>();

  /** Makes a search for `patterns`, each of two characters or more. */
  constructor(patterns: Iterable<string>) {
    const all = [...new Set(patterns)];
    this.longest = Math.max(0, ...all.map((pattern) => pattern.length));
    this.#window = Math.min(255, ...all.map((pattern) => pattern.length));
    this.#shifts.fill(this.#window - 1);
    for (const pattern of all) this.#add(pattern);
  }

  #add(pattern: string): void {
    const last = this.#window - 1;
    for (let end = 1; end <= last; end++) {
      const place = slot(pattern.charCodeAt(end - 1), pattern.charCodeAt(end));
      this.#shifts[place] = Math.min(this.#shifts[place]!, last - end);
      if (end < last) continue;
      const bucket = this.#candidates.get(place);
      if (bucket) bucket.push(pattern);
      else this.#candidates.set(place, [pattern]);
    }
  }

  /** Adds to `found` every stretch where one of the texts stands, in the order of their starts; they may overlap. */
  find(text: string, found: Span[]): void {
    const last = this.#window - 1;
    for (let at = last; at < text.length;) {
      const place = slot(text.charCodeAt(at - 1), text.charCodeAt(at));
      const shift = this.#shifts[place]!;
      if (shift > 0) {
        at += shift;
        continue;
      }
      const start = at - last;
      let end = 0;
      for (const pattern of this.#candidates.get(place) ?? []) {
        if (text.startsWith(pattern, start)) end = Math.max(end, start + pattern.length);
      }
      if (end > 0) found.push({ start, end });
      at++;
    }
  }
}
