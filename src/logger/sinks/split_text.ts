/** Splits a text that is too long for one message. @module */

/** Returns the size of one code point, in bytes. */
export type CodePointCost = (codePoint: number) => number;

/** Returns the bytes of a code point in UTF-8. */
export function utf8Cost(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** Returns the bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += utf8Cost(character.codePointAt(0)!);
  return bytes;
}

/** Returns the bytes of a code point inside a JSON string in UTF-8. */
export function jsonCost(codePoint: number): number {
  if (codePoint === 0x22 || codePoint === 0x5c) return 2;
  if (codePoint < 0x20) return 6;
  const loneSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  return loneSurrogate ? 6 : utf8Cost(codePoint);
}

/** Returns the bytes of a text inside a JSON string in UTF-8. */
export function jsonLength(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // Half of a pair of surrogates, which takes four bytes.
    bytes += code >= 0xd800 && code <= 0xdfff ? 3 : jsonCost(code);
  }
  return bytes;
}

/** Characters of the longest terminal sequence that is not split. */
const SEQUENCE_LENGTH = 32;

/**
 * Splits a text into parts of at most `maxBytes` each, never inside a code point and, where possible, not inside a
 * terminal sequence.
 */
export function splitText(text: string, maxBytes: number, cost: CodePointCost): string[] {
  const parts: string[] = [];
  let start = 0;
  let bytes = 0;
  for (let at = 0; at < text.length;) {
    const codePoint = text.codePointAt(at)!;
    const size = cost(codePoint);
    if (bytes + size > maxBytes && at > start) {
      const end = beforeSequence(text, start, at);
      parts.push(text.slice(start, end));
      start = at = end;
      bytes = 0;
      continue;
    }
    bytes += size;
    at += codePoint > 0xffff ? 2 : 1;
  }
  parts.push(text.slice(start));
  return parts;
}

/** Returns the start of the terminal sequence that a split at `end` would break; `end` when there is none. */
function beforeSequence(text: string, start: number, end: number): number {
  const from = Math.max(start + 1, end - SEQUENCE_LENGTH);
  // deno-lint-ignore no-control-regex
  const sequence = /\x1b\[?[0-9;:?]*$/.exec(text.slice(from, end));
  return sequence ? end - sequence[0].length : end;
}

/** Splits a line into parts, each marked with its number and their count. */
export function markedParts(text: string, maxBytes: number, cost: CodePointCost): string[] {
  const free = Math.max(1, maxBytes - "[part 10000/10000] ".length);
  const parts = splitText(text, free, cost);
  return parts.map((part, index) => `[part ${index + 1}/${parts.length}] ${part}`);
}
