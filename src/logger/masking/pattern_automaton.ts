/** Searches for many texts in linear time, whatever they are. @module */

import type { Span } from "./span.ts";

/**
 * The automaton of Aho and Corasick (1975). It reads each character of a text once, so no text and no set of patterns makes it
 * slow; but it takes memory for each character of each pattern, so it is built only for texts that need it.
 */
export class PatternAutomaton {
  /** Of a state and a character: the next state. */
  readonly #next = new Map<number, number>();
  /** Of a state: where to continue when no pattern continues there. */
  readonly #fallback: number[] = [0];
  /** Of a state: the length of the longest pattern that ends there; 0 for none. */
  readonly #length: number[] = [0];

  /** Creates an automaton of `patterns`. */
  constructor(patterns: Iterable<string>) {
    const edges: [from: number, code: number, to: number][] = [];
    for (const pattern of patterns) {
      let state = 0;
      for (let at = 0; at < pattern.length; at++) {
        const code = pattern.charCodeAt(at);
        let to = this.#next.get(key(state, code));
        if (to === undefined) {
          to = this.#length.push(0) - 1;
          this.#next.set(key(state, code), to);
          edges.push([state, code, to]);
        }
        state = to;
      }
      this.#length[state] = pattern.length;
    }
    this.#link(edges);
  }

  /** A fallback is shorter than its state, so states are linked by their depth. */
  #link(edges: [from: number, code: number, to: number][]): void {
    const depth = [0];
    for (const [from, , to] of edges) depth[to] = depth[from]! + 1;
    const byDepth: [number, number, number][][] = [];
    for (const edge of edges) (byDepth[depth[edge[2]]!] ??= []).push(edge);
    for (const level of byDepth) {
      for (const [from, code, to] of level ?? []) {
        const fallback = from === 0 ? 0 : this.#step(this.#fallback[from]!, code);
        this.#fallback[to] = fallback;
        this.#length[to] ||= this.#length[fallback]!;
      }
    }
  }

  #step(from: number, code: number): number {
    for (let state = from;; state = this.#fallback[state]!) {
      const next = this.#next.get(key(state, code));
      if (next !== undefined) return next;
      if (state === 0) return 0;
    }
  }

  /** Adds each stretch of occurrences to `found`, ordered by start. */
  find(text: string, found: Span[]): void {
    const own: Span[] = [];
    let state = 0;
    for (let at = 0; at < text.length;) {
      state = this.#step(state, text.charCodeAt(at++));
      const length = this.#length[state]!;
      if (length === 0) continue;
      let start = at - length;
      while (own.length > 0 && own.at(-1)!.end >= start) start = Math.min(start, own.pop()!.start);
      own.push({ start, end: at });
    }
    for (const span of own) found.push(span);
  }
}

function key(state: number, code: number): number {
  return state * 0x10000 + code;
}
