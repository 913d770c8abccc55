/** The line at the bottom of a terminal that shows what goes on. @module */

import type { Terminal } from "../terminal.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 80;

/** A line that is written over, with a spinner. Where output is no terminal, it is not shown. */
export class StatusLine implements Disposable {
  readonly #terminal: Terminal;
  readonly #describe: () => string;
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  #frame = 0;

  /** Shows what `describe` returns, until it is disposed of. */
  constructor(terminal: Terminal, describe: () => string) {
    this.#terminal = terminal;
    this.#describe = describe;
    if (!terminal.isInteractive) return;
    this.#timer = setInterval(() => this.#draw(), FRAME_MS);
    this.#draw();
  }

  /** Writes a line above it. */
  line(text: string): void {
    this.#clear();
    this.#terminal.line(text);
    this.#draw();
  }

  /** Removes it. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  #draw(): void {
    if (!this.#terminal.isInteractive) return;
    const { palette } = this.#terminal;
    const spinner = palette.accent(FRAMES[this.#frame++ % FRAMES.length]!);
    // A line that wraps could not be written over; the cursor stays at its beginning.
    this.#terminal.write(`\r\x1b[K\x1b[?7l${spinner} ${this.#describe()}\x1b[?7h\r`);
  }

  #clear(): void {
    if (this.#terminal.isInteractive) this.#terminal.write("\r\x1b[K");
  }
}
