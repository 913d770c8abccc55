/** Finds the pieces of a secret that was cut into several lines. @module */

import type { Span } from "./span.ts";

/** A text that may come in several lines: a secret of many lines, or a long one that a tool has wrapped. */
export interface LongForm {
  /** Its characters without white space: where it is cut does not matter then. */
  readonly text: string;
  /** Its first line, when it has more than one. */
  readonly firstLine: string | undefined;
  /** Whether a piece from its middle gives it away, so that its beginning need not have been seen. */
  readonly anywhere: boolean;
}

const NONE: readonly Span[] = [];

/** Characters of a piece that is recognised by itself. */
const SHORTEST_PIECE = 16;

/** Makes a long form, or none when the text is so short that nobody cuts it. */
export function longForm(text: string, anywhere: boolean): LongForm | undefined {
  const squeezed = text.replace(/\s+/g, "");
  const lines = text.trim().split(/[\r\n]+/);
  const firstLine = lines.length > 1 ? lines[0]!.trim() : undefined;
  if (firstLine === undefined && squeezed.length < 2 * SHORTEST_PIECE) return undefined;
  return { text: squeezed, firstLine, anywhere };
}

/**
 * Follows one source of lines. A line that goes on where a piece of a secret ended is a piece as well, however short it
 * is; a line that ends like the beginning of one may be the first.
 */
export class SplitSecretDetector {
  readonly #masker: { readonly longForms: readonly LongForm[] };
  #expected: { form: LongForm; at: number } | undefined;

  /** Creates a detector for the secrets that the masker knows when a line comes. */
  constructor(masker: { readonly longForms: readonly LongForm[] }) {
    this.#masker = masker;
  }

  /** The stretches of the next line, or lines, that are pieces of a secret. */
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
      if (token.length < SHORTEST_PIECE || token.length > form.text.length) continue;
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

/** The last word of a line that ends at `end`, with the equals signs that base64 ends with. */
function lastToken(line: string, end: number): string {
  let start = end;
  while (start > 0 && line.charCodeAt(start - 1) === EQUALS) start--;
  while (start > 0 && !DELIMITERS.has(line.charCodeAt(start - 1))) start--;
  return line.slice(start, end);
}

/** The place in a line after so many characters that are not white space. */
function afterCharacters(line: string, count: number): number {
  let seen = 0;
  for (let at = 0; at < line.length; at++) {
    if (/\S/.test(line[at]!) && ++seen === count) return at + 1;
  }
  return line.length;
}
