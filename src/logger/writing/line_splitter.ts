/** Splits text that comes in chunks into lines. @module */

import type { SecretMasker } from "../masking/masker.ts";
import { RedrawReplacer } from "./redraws.ts";

/** Options of a {@linkcode LineSplitter}. */
export interface LineSplitterOptions {
  /** Finds secrets, which are not split. */
  readonly masker: Pick<SecretMasker, "spans" | "longest">;
  /** Characters after which a line without a line break is split. */
  readonly maxLineLength: number;
  /** Least time between two kept states of a progress bar, in milliseconds. */
  readonly progressIntervalMs: number;
  readonly now: () => number;
}

/** Marks the end of a part of a line, and the beginning of the next. */
const CONTINUED = "…";

/**
 * Splits text into lines at line feeds. A carriage return, or a terminal sequence that redraws the line, restarts it, as on a
 * terminal: of the overwritten states, one for each `progressIntervalMs` is kept, and the last one.
 */
export class LineSplitter {
  readonly #options: LineSplitterOptions;
  readonly #redraws = new RedrawReplacer();
  #partial = "";
  #hasReturn = false;
  #continued = false;
  #lastState = 0;

  constructor(options: LineSplitterOptions) {
    this.#options = options;
    this.#lastState = options.now();
  }

  /** Adds text, and returns the lines that it completes. */
  push(chunk: string): string[] {
    const text = this.#redraws.push(chunk);
    const lines: string[] = [];
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      this.#add(text.slice(from, end), lines);
      lines.push(this.#line(this.#partial));
      this.#partial = "";
      this.#hasReturn = false;
      this.#continued = false;
      from = end + 1;
    }
    if (from < text.length) this.#add(text.slice(from), lines);
    return lines;
  }

  /** Avoids a scan of the whole line where possible, because output may come one character at a time. */
  #add(text: string, lines: string[]): void {
    this.#partial += text;
    this.#hasReturn ||= text.includes("\r");
    if (this.#hasReturn) this.#overwrite(lines);
    if (this.#partial.length > this.#options.maxLineLength) this.#split(lines);
  }

  /** Returns the rest, as the last line. */
  end(): string[] {
    this.#partial += this.#redraws.end();
    if (this.#partial === "") return [];
    const line = this.#line(this.#partial);
    this.#partial = "";
    return [line];
  }

  #line(text: string): string {
    const end = text.endsWith("\r") ? text.replace(/\r+$/, "") : text;
    return this.#continued ? CONTINUED + end : end;
  }

  /** Drops what a carriage return has overwritten. One at the end may be the first half of a line break. */
  #overwrite(lines: string[]): void {
    const partial = this.#partial;
    const end = partial.endsWith("\r") ? partial.search(/\r+$/) : partial.length;
    const from = partial.lastIndexOf("\r", end - 1) + 1;
    this.#hasReturn = end < partial.length;
    if (from === 0 || end === 0) return;
    const { now, progressIntervalMs } = this.#options;
    const time = now();
    if (time - this.#lastState >= progressIntervalMs) {
      const state = partial.slice(0, from - 1).split("\r").findLast((each) => each !== "");
      if (state !== undefined) lines.push(this.#line(state));
      this.#lastState = time;
    }
    this.#partial = partial.slice(from);
  }

  /** Bounds the memory of a line without a line break. Waits until a secret at the split point is complete. */
  #split(lines: string[]): void {
    const { maxLineLength, masker } = this.#options;
    while (this.#partial.length > maxLineLength + masker.longest) {
      const at = splitPoint(this.#partial, maxLineLength, masker);
      lines.push(this.#line(this.#partial.slice(0, at)) + CONTINUED);
      this.#partial = this.#partial.slice(at);
      this.#continued = true;
    }
  }
}

/** Returns the last index up to `limit` that is not inside a secret, a character or a terminal sequence. */
function splitPoint(text: string, limit: number, masker: LineSplitterOptions["masker"]): number {
  let at = limit;
  // deno-lint-ignore no-control-regex
  const sequence = /\x1b\[?[0-9;:?]*$/.exec(text.slice(Math.max(0, at - 32), at));
  if (sequence && sequence[0].length < at) at -= sequence[0].length;
  else if (/[\ud800-\udbff]/.test(text.charAt(at - 1))) at--;
  const secret = masker.spans(text.slice(0, limit + masker.longest)).find(({ start, end }) =>
    start < at && at < end
  );
  if (secret) at = secret.start > 0 ? secret.start : secret.end;
  return Math.max(1, at);
}
