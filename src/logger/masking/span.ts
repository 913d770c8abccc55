/** Stretches of a text. @module */

/** A stretch of a text: from `start` up to, and without, `end`. */
export interface Span {
  /** Index of its first character. */
  readonly start: number;
  /** Index after its last character. */
  readonly end: number;
}

/** Joins stretches that overlap or touch, and returns them in order. */
export function joinSpans(spans: Span[]): Span[] {
  if (spans.length < 2) return spans;
  const sorted = [...spans].sort((a, b) => a.start - b.start);
  const result: Span[] = [];
  for (const span of sorted) {
    const previous = result.at(-1);
    if (previous && span.start <= previous.end) {
      result[result.length - 1] = {
        start: previous.start,
        end: Math.max(previous.end, span.end),
      };
    } else result.push(span);
  }
  return result;
}

/** Replaces each of the stretches, which are in order and do not overlap, with `replacement`. */
export function replaceSpans(text: string, spans: readonly Span[], replacement: string): string {
  let result = "";
  let from = 0;
  for (const { start, end } of spans) {
    result += text.slice(from, start) + replacement;
    from = end;
  }
  return result + text.slice(from);
}
