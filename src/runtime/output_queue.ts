/** Text on its way to an output whose reader may be slow, may stop, or may be gone. @module */

/** Where the text goes. */
export interface Output {
  /** Writes a text, without blocking the event loop. Rejects when it cannot be written. */
  write(text: string): Promise<void>;
  /** Writes a text at once: the process is about to end. */
  writeNow(text: string): void;
  /** Calls the listener when the process ends, until the returned function is called. */
  onExit(listener: () => void): () => void;
}

/** Most characters that wait; further texts are dropped until the half of them are written. */
const MOST_SIZE = 16 * 1024 * 1024;
/** Characters that wait from which on writers should wait too. */
const ENOUGH_SIZE = 1024 * 1024;
/** Characters that are written at a time. */
const CHUNK_SIZE = 64 * 1024;
/** A reader that takes nothing for so long has stopped: it is not waited for. */
const STALLED_MS = 1000;

/** Queues texts, and writes one chunk of them after another. */
export class OutputQueue {
  readonly #output: Output;
  readonly #chunks: string[] = [];
  /** Characters that are not written, those on their way included. */
  #size = 0;
  #writing: Promise<void> | undefined;
  #writingSince = 0;
  #dropped = 0;
  #describe: (count: number) => string = String;
  #full = false;
  #closed = false;
  #room: Promise<void> | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  /**
   * Takes a text. Returns `false` when it is dropped, and a promise when so much waits that the writer should wait too.
   * `describe` returns the text that is written in the place of dropped ones.
   */
  add(text: string, describe: (count: number) => string = () => ""): false | void | Promise<void> {
    this.#full ||= this.#size >= MOST_SIZE;
    if (this.#closed || this.#full) {
      this.#dropped++;
      this.#describe = describe;
      return false;
    }
    this.#push(text);
    if (!this.#writing) void this.#writeAll();
    if (this.#size < ENOUGH_SIZE) return;
    return this.#room ??= this.#until(ENOUGH_SIZE / 2).finally(() => this.#room = undefined);
  }

  /** Resolves when all texts so far are written, or the reader has stopped; `undefined` when nothing waits. */
  written(): Promise<void> | undefined {
    return this.#size > 0 ? this.#until(0) : undefined;
  }

  /** Writes what waits, at once, unless the reader has stopped. */
  writeNow(): void {
    if (this.#size === 0 || performance.now() - this.#writingSince > STALLED_MS) return;
    const rest = this.#chunks.splice(0).join("");
    this.#size -= rest.length;
    try {
      this.#output.writeNow(rest);
    } catch {
      // The process ends, and its output is closed.
    }
  }

  #push(text: string): void {
    this.#size += text.length;
    const last = this.#chunks.length - 1;
    if (last >= 0 && this.#chunks[last]!.length < CHUNK_SIZE) this.#chunks[last] += text;
    else this.#chunks.push(text);
  }

  async #writeAll(): Promise<void> {
    const unlisten = this.#output.onExit(() => this.writeNow());
    for (let chunk = this.#chunks.shift(); chunk !== undefined; chunk = this.#chunks.shift()) {
      this.#writingSince = performance.now();
      await (this.#writing = this.#output.write(chunk).catch(() => this.#close()));
      this.#size -= chunk.length;
      if (this.#full && this.#size <= MOST_SIZE / 2) this.#reportDropped();
    }
    this.#writing = undefined;
    unlisten();
  }

  #reportDropped(): void {
    this.#full = false;
    const text = this.#describe(this.#dropped);
    this.#dropped = 0;
    this.#push(text);
  }

  /** There is no reader any more, for good. */
  #close(): void {
    this.#closed = true;
    this.#size -= this.#chunks.splice(0).join("").length;
  }

  async #until(size: number): Promise<void> {
    while (this.#size > size) {
      const restMs = this.#writingSince + STALLED_MS - performance.now();
      if (!await inTime(this.#writing, Math.max(1, restMs))) return;
    }
  }
}

function inTime(work: Promise<void> | undefined, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    void work?.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
