/** Cuts a text that is too long for one message. @module */

/** Gives the cost of one character, in bytes. A character is a code point. */
export type CharacterCost = (codePoint: number) => number;

/** Bytes of a character in UTF-8. */
export function utf8Cost(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** Bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += utf8Cost(character.codePointAt(0)!);
  return bytes;
}

/** Bytes of a character inside a JSON string in UTF-8. */
export function jsonCost(codePoint: number): number {
  if (codePoint === 0x22 || codePoint === 0x5c) return 2;
  if (codePoint < 0x20) return 6;
  const loneSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  return loneSurrogate ? 6 : utf8Cost(codePoint);
}

/** Longest terminal sequence that is kept in one piece, in characters. */
const SEQUENCE_LENGTH = 32;

/**
 * Cuts a text into pieces of at most `maxBytes` each, never inside a character and, where it can be helped, not inside
 * a terminal sequence.
 */
export function splitText(text: string, maxBytes: number, cost: CharacterCost): string[] {
  const pieces: string[] = [];
  let start = 0;
  let bytes = 0;
  for (let at = 0; at < text.length;) {
    const codePoint = text.codePointAt(at)!;
    const size = cost(codePoint);
    if (bytes + size > maxBytes && at > start) {
      const end = beforeSequence(text, start, at);
      pieces.push(text.slice(start, end));
      start = at = end;
      bytes = 0;
      continue;
    }
    bytes += size;
    at += codePoint > 0xffff ? 2 : 1;
  }
  pieces.push(text.slice(start));
  return pieces;
}

/** Steps back to the beginning of a terminal sequence that a cut at `end` would break. */
function beforeSequence(text: string, start: number, end: number): number {
  const from = Math.max(start + 1, end - SEQUENCE_LENGTH);
  // deno-lint-ignore no-control-regex
  const sequence = /\x1b\[?[0-9;:?]*$/.exec(text.slice(from, end));
  return sequence ? end - sequence[0].length : end;
}

/** The pieces of a line, each marked with its number and how many there are. */
export function markedPieces(text: string, maxBytes: number, cost: CharacterCost): string[] {
  const room = Math.max(1, maxBytes - "[part 10000/10000] ".length);
  const pieces = splitText(text, room, cost);
  return pieces.map((piece, index) => `[part ${index + 1}/${pieces.length}] ${piece}`);
}
