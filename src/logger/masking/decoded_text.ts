/** Undoes the escapes of JSON and of URLs, and tells where each stretch of the result was. @module */

import type { Span } from "./span.ts";

/** A text without its escapes. */
export interface DecodedText {
  readonly text: string;
  /** Returns the stretch of the original text that a stretch of this one was written as. */
  origin(span: Span): Span;
}

/** Any writer's escapes: Go writes `\u0026`, Python `\u00e4`, PHP `\/`. */
const JSON_ESCAPE = /\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt'])/g;
const CONTROLS: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const URL_ESCAPES = /(?:%[0-9a-f]{2})+/gi;

/** Undoes one level of JSON escapes; `undefined` when there are none. */
export function decodeJsonEscapes(text: string): DecodedText | undefined {
  if (!text.includes("\\")) return undefined;
  const edits = new Edits(text);
  for (const { 0: escape, index } of text.matchAll(JSON_ESCAPE)) {
    const kind = escape[1]!;
    const character = escape.length > 2
      ? String.fromCharCode(parseInt(escape.slice(2), 16))
      : CONTROLS[kind] ?? kind;
    edits.replace(index, escape.length, character);
  }
  return edits.result();
}

/** Undoes one level of percent encoding, of UTF-8; `undefined` when there is none. */
export function decodeUrlEscapes(text: string): DecodedText | undefined {
  if (!text.includes("%")) return undefined;
  const edits = new Edits(text);
  for (const { 0: escapes, index } of text.matchAll(URL_ESCAPES)) {
    const bytes = Uint8Array.from(
      { length: escapes.length / 3 },
      (_, at) => parseInt(escapes.slice(3 * at + 1, 3 * at + 3), 16),
    );
    for (let at = 0; at < bytes.length;) {
      const length = sequenceLength(bytes, at);
      edits.replace(index + 3 * at, 3 * length, characterOf(bytes, at, length));
      at += length;
    }
  }
  return edits.result();
}

/** Decodes one character; a replacement character for a byte that belongs to none. */
function characterOf(bytes: Uint8Array, at: number, length: number): string {
  const first = bytes[at]!;
  if (length === 1) return first < 0x80 ? String.fromCharCode(first) : "\ufffd";
  let code = first & (0x7f >> length);
  for (let next = at + 1; next < at + length; next++) code = code << 6 | bytes[next]! & 0x3f;
  return code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
}

/** Bytes of the character at `at`; 1 for a byte that belongs to none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const length = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
  for (let next = at + 1; next < at + length; next++) {
    if (next >= bytes.length || (bytes[next]! & 0xc0) !== 0x80) return 1;
  }
  return length;
}

/** Collects replacements from left to right. */
class Edits {
  readonly #source: string;
  #text = "";
  #read = 0;
  /** Of each replacement: where it ends in the result, and where in the source. */
  readonly #ends: number[] = [];
  readonly #sourceEnds: number[] = [];
  /** Of each replacement: where it begins in the result, and where in the source. */
  readonly #starts: number[] = [];
  readonly #sourceStarts: number[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  replace(at: number, length: number, replacement: string): void {
    this.#text += this.#source.slice(this.#read, at);
    this.#starts.push(this.#text.length);
    this.#sourceStarts.push(at);
    this.#text += replacement;
    this.#read = at + length;
    this.#ends.push(this.#text.length);
    this.#sourceEnds.push(this.#read);
  }

  result(): DecodedText | undefined {
    if (this.#ends.length === 0) return undefined;
    const text = this.#text + this.#source.slice(this.#read);
    return {
      text,
      origin: ({ start, end }) => ({ start: this.#startOf(start), end: this.#endOf(end) }),
    };
  }

  #startOf(at: number): number {
    const index = lastAtMost(this.#starts, at);
    if (index < 0) return at;
    if (at < this.#ends[index]!) return this.#sourceStarts[index]!;
    return this.#sourceEnds[index]! + at - this.#ends[index]!;
  }

  #endOf(at: number): number {
    const index = lastAtMost(this.#starts, at - 1);
    if (index < 0) return at;
    return this.#sourceEnds[index]! + Math.max(0, at - this.#ends[index]!);
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

/** Levels of escapes that are undone: JSON in a URL in JSON, for example. */
const LEVELS = 3;

/** Finds stretches in a text as it is, and as it is without its escapes, up to {@linkcode LEVELS} of them. */
export function findEscaped(
  text: string,
  find: (text: string, found: Span[]) => void,
  levels: number = LEVELS,
): Span[] {
  const found: Span[] = [];
  find(text, found);
  if (levels === 0) return found;
  for (const decode of [decodeJsonEscapes, decodeUrlEscapes]) {
    const decoded = decode(text);
    if (!decoded) continue;
    for (const span of findEscaped(decoded.text, find, levels - 1)) {
      found.push(decoded.origin(span));
    }
  }
  return found;
}
