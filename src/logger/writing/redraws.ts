/** Terminal sequences that redraw a line. @module */

// deno-lint-ignore-file no-control-regex

/**
 * What takes the cursor to a line's beginning, to another line or to a saved place, and what erases the whole line or screen.
 * `CSI K` and `CSI 0 K` are none: tools that color their output write them in the middle of a line.
 */
const REDRAW = /\x1b(?:8|\[(?:0?1?G|[0-9]*[ABEF]|[0-9;]*[Hf]|[0-3]?J|[12]K|u))/g;

/** The beginning of a sequence, at the end of a piece of text. */
const UNFINISHED = /\x1b(?:\[[0-9;]{0,12})?$/;

/** Replaces the sequences by which a tool redraws its line, as npm and progress bars do, by a carriage return. */
export class RedrawReplacer {
  #held = "";

  /** Adds text that was cut anywhere, and returns what is ready. */
  push(text: string): string {
    if (this.#held === "" && !text.includes("\x1b")) return text;
    const whole = this.#held + text;
    const at = whole.search(UNFINISHED);
    this.#held = at < 0 ? "" : whole.slice(at);
    return (at < 0 ? whole : whole.slice(0, at)).replace(REDRAW, "\r");
  }

  /** Returns the rest: the beginning of a sequence that was not continued. */
  end(): string {
    const rest = this.#held;
    this.#held = "";
    return rest;
  }
}
