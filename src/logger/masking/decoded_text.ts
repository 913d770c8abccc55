/** Undoes the escapes of JSON and of URLs. @module */

import type { Span } from "./span.ts";
import { type DecodedText, TextEdits } from "./text_edits.ts";

/** Any writer's escapes: Go writes `\u0026`, Python `\u00e4`, PHP `\/`. */
const JSON_ESCAPE = /\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt'])/g;
/** Backslashes, however many, and the escape that they begin. */
const LOOSE_ESCAPE = /\\+(?:u[0-9a-fA-F]{4}|["/bfnrt'])?/g;
const CONTROLS: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const URL_ESCAPES = /(?:%[0-9a-f]{2})+/gi;

/** Undoes one level of JSON escapes; `undefined` when there are none. */
export function decodeJsonEscapes(text: string): DecodedText | undefined {
  return decodeBackslashes(text, JSON_ESCAPE);
}

/** Replaces escapes by what they stand for: the kind of a loose one follows after its last backslash. */
function decodeBackslashes(text: string, escapes: RegExp): DecodedText | undefined {
  if (!text.includes("\\")) return undefined;
  const edits = new TextEdits(text);
  for (const { 0: escape, index } of text.matchAll(escapes)) {
    const kind = escape.slice(escapes === LOOSE_ESCAPE ? escape.lastIndexOf("\\") + 1 : 1);
    const character = kind.length > 1
      ? String.fromCharCode(parseInt(kind.slice(1), 16))
      : CONTROLS[kind] ?? kind;
    edits.replace(index, escape.length, character);
  }
  return edits.result();
}

/** Undoes one level of percent encoding, of UTF-8; `undefined` when there is none. */
export function decodeUrlEscapes(text: string): DecodedText | undefined {
  if (!text.includes("%")) return undefined;
  const edits = new TextEdits(text);
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

/** The most steps of {@linkcode reduceEscapes}, each of which undoes one level. */
const MOST_STEPS = 20;

/**
 * Undoes escapes until none is left, takes any number of backslashes for one or none, and a plus sign for a space. A
 * text and all that writers of JSON and URLs make of it become the same, also where a writer leaves the percent signs
 * of a text as they are, as the setters of `URL` do. `undefined` when there is nothing to undo.
 */
export function reduceEscapes(text: string, steps: number = MOST_STEPS): DecodedText | undefined {
  const next = steps > 0
    ? decodeUrlEscapes(text) ?? decodeBackslashes(text, LOOSE_ESCAPE)
    : undefined;
  if (!next) return undefined;
  const rest = reduceEscapes(next.text, steps - 1);
  return rest
    ? { text: rest.text, origin: (span) => next.origin(rest.origin(span)) }
    : { text: next.text.replaceAll("+", " "), origin: next.origin };
}

/** Levels of escapes that are undone: JSON in a URL in JSON, for example. */
const LEVELS = 3;

type Find = (text: string, found: Span[]) => void;

/** Finds stretches in a text as it is, without some of its escapes, and without any. */
export function findEscaped(text: string, find: Find): Span[] {
  const found = findDecoded(text, find, LEVELS);
  const reduced = reduceEscapes(text);
  if (!reduced) return found;
  const more: Span[] = [];
  find(reduced.text, more);
  return [...found, ...more.map(reduced.origin)];
}

function findDecoded(text: string, find: Find, levels: number): Span[] {
  const found: Span[] = [];
  find(text, found);
  if (levels === 0) return found;
  for (const decode of [decodeJsonEscapes, decodeUrlEscapes]) {
    const decoded = decode(text);
    if (!decoded) continue;
    for (const span of findDecoded(decoded.text, find, levels - 1)) {
      found.push(decoded.origin(span));
    }
  }
  return found;
}
