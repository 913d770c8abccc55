/** Shortens long texts, with a mark where something is left out. @module */

/**
 * Shortens a text to about `limit` characters. The beginning says what happened and the end of a log mostly says why, so what is
 * left out is the middle.
 */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = text.slice(0, Math.ceil(limit / 2)).replace(/[\uD800-\uDBFF]$/, "");
  const tail = text.slice(text.length - Math.floor(limit / 2)).replace(/^[\uDC00-\uDFFF]/, "");
  const left = text.length - head.length - tail.length;
  return `${head}\n… ${left} characters left out …\n${tail}`;
}
