/** Detects secrets that are split over several lines. @module */

import type { Span } from "./span.ts";

/** A text that may be split over several lines: a secret of many lines, or a long one that a tool has wrapped. */
export interface LongForm {
  /** Its characters without white space, so that the places of the splits do not matter. */
  readonly text: string;
  /** Its first line, when it has more than one. */
  readonly firstLine: string | undefined;
  /** Whether a part from its middle reveals it, so that it is recognised without its beginning. */
  readonly anywhere: boolean;
}

const NONE: readonly Span[] = [];

/** Characters of the shortest part that is recognised by itself. */
const SHORTEST_PART = 16;

/** Creates a long form; none when the text is too short for tools to wrap it. */
export function longForm(text: string, anywhere: boolean): LongForm | undefined {
  const compact = text.replace(/\s+/g, "");
  const lines = text.trim().split(/[\r\n]+/);
  const firstLine = lines.length > 1 ? lines[0]!.trim() : undefined;
  if (firstLine === undefined && compact.length < 2 * SHORTEST_PART) return undefined;
  return { text: compact, firstLine, anywhere };
}

/**
 * Detects parts of secrets in one sequence of lines. A line that continues where a part has ended is a part as well,
 * however short it is; a line that ends like the beginning of a secret may be its first part.
 */
export class SplitSecretDetector {
  readonly #masker: { readonly longForms: readonly LongForm[] };
  #expected: { form: LongForm; at: number } | undefined;

  /** Creates a detector. It reads the masker's secrets for each line. */
  constructor(masker: { readonly longForms: readonly LongForm[] }) {
    this.#masker = masker;
  }

  /** Finds the stretches of the next line, or lines, that are parts of a secret. */
  find(text: string): readonly Span[] {
    const forms = this.#masker.longForms;
    if (forms.length === 0) return NONE;
    const found: Span[] = [];
    let from = 0;
    for (const line of text.includes("\n") ? text.split("\n") : [text]) {
      const span = this.#continued(line) ?? this.#begun(line, forms);
      if (span) found.push({ start: from + span.start, end: from + span.end });
      from += line.length + 1;
    }
    return found;
  }

  #continued(line: string): Span | undefined {
    if (this.#expected === undefined) return undefined;
    const { form, at } = this.#expected;
    const body = line.replace(/\s+/g, "");
    if (body === "") return undefined;
    this.#expected = undefined;
    const rest = form.text.slice(at);
    const start = line.search(/\S/);
    if (rest.startsWith(body)) {
      this.#expect(form, at + body.length);
      return { start, end: line.trimEnd().length };
    }
    return body.startsWith(rest) ? { start, end: afterCharacters(line, rest.length) } : undefined;
  }

  #begun(line: string, forms: readonly LongForm[]): Span | undefined {
    if (this.#expected !== undefined) return undefined;
    const end = line.trimEnd().length;
    const token = lastToken(line, end);
    for (const form of forms) {
      if (form.firstLine !== undefined && line.endsWith(form.firstLine, end)) {
        this.#expect(form, form.firstLine.replace(/\s+/g, "").length);
      }
      if (token.length < SHORTEST_PART || token.length > form.text.length) continue;
      const at = form.text.indexOf(token);
      if (at !== 0 && !(at > 0 && form.anywhere)) continue;
      this.#expect(form, at + token.length);
      return { start: end - token.length, end };
    }
    return undefined;
  }

  #expect(form: LongForm, at: number): void {
    this.#expected = at < form.text.length ? { form, at } : undefined;
  }
}

const DELIMITERS = new Set(" \t\r\"'`=:,;".split("").map((character) => character.charCodeAt(0)));
const EQUALS = "=".charCodeAt(0);

/** Returns the last word of a line that ends at `end`, with the equals signs that base64 ends with. */
function lastToken(line: string, end: number): string {
  let start = end;
  while (start > 0 && line.charCodeAt(start - 1) === EQUALS) start--;
  while (start > 0 && !DELIMITERS.has(line.charCodeAt(start - 1))) start--;
  return line.slice(start, end);
}

/** Returns the index in a line after `count` characters that are not white space. */
function afterCharacters(line: string, count: number): number {
  let seen = 0;
  for (let at = 0; at < line.length; at++) {
    if (/\S/.test(line[at]!) && ++seen === count) return at + 1;
  }
  return line.length;
}
