/** Matches regular expressions in time that is linear in the text. @module */

import { type PatternNode, readPattern } from "./pattern_syntax.ts";

/** A step of the automaton: it goes to all of `next` when `test` allows it. */
interface State {
  readonly character?: RegExp;
  readonly place?: (before: string, after: string) => boolean;
  next: number[];
}

const MOST_STATES = 20_000;
/** Steps of one match: a second or so. */
const MOST_STEPS = 10_000_000;

/** A regular expression as Go has them. It is found anywhere in a text, unless it says otherwise. */
export class LinearPattern {
  readonly #states: State[] = [];
  readonly #start: number;
  readonly #end: number;

  /** Compiles a regular expression. @throws {SyntaxError} when it is none, or too large. */
  constructor(source: string) {
    this.#end = this.#add({ next: [] });
    this.#start = this.#compile(readPattern(source), this.#end);
  }

  /** Returns the state that begins `node`, which goes on to `next`. */
  #compile(node: PatternNode, next: number): number {
    switch (node.kind) {
      case "character":
        return this.#add({ character: node.test, next: [next] });
      case "place":
        return this.#add({ place: node.test, next: [next] });
      case "sequence":
        return node.items.reduceRight((after, item) => this.#compile(item, after), next);
      case "choice":
        return this.#add({ next: node.items.map((item) => this.#compile(item, next)) });
      case "repeat":
        return this.#repeat(node, next);
    }
  }

  #repeat(
    { item, min, max }: Extract<PatternNode, { kind: "repeat" }>,
    next: number,
  ): number {
    let start = next;
    if (max === Infinity) {
      start = this.#add({ next: [next] });
      this.#states[start]!.next.push(this.#compile(item, start));
    }
    for (let count = min; count < max && max !== Infinity; count++) {
      start = this.#add({ next: [next, this.#compile(item, start)] });
    }
    for (let count = 0; count < min; count++) start = this.#compile(item, start);
    return start;
  }

  #add(state: State): number {
    if (this.#states.length >= MOST_STATES) throw new SyntaxError("the pattern is too large");
    return this.#states.push(state) - 1;
  }

  /** Whether the expression is in the text. @throws {RangeError} when that takes too long to find out. */
  test(text: string): boolean {
    const seen = new Uint32Array(this.#states.length);
    let steps = 0;
    let current: number[] = [];
    let before = "";
    const characters = [...text, ""];
    for (let at = 0; at < characters.length; at++) {
      const after = characters[at]!;
      const reached: number[] = [];
      const open = [this.#start, ...current.reverse()];
      for (let id = open.pop(); id !== undefined; id = open.pop()) {
        if (seen[id] === at + 1) continue;
        seen[id] = at + 1;
        if (++steps > MOST_STEPS) throw new RangeError("the text takes too long to match");
        if (id === this.#end) return true;
        const { character, place, next } = this.#states[id]!;
        if (character) {
          if (after !== "" && character.test(after)) reached.push(next[0]!);
        } else if (!place || place(before, after)) {
          for (const each of next) open.push(each);
        }
      }
      current = reached;
      before = after;
    }
    return false;
  }
}
