/** Reads one stream of a command to its end. @module */

import type { Readable } from "node:stream";
import type { OutputSink } from "./output_log.ts";

/** Time without output after which a stream that a stray process holds open is left, in milliseconds. */
const IDLE_MS = 1000;

/** Reads a stream into sinks, as fast as they take it. */
export class OutputReader {
  readonly #stream: Readable;
  readonly #sinks: readonly OutputSink[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting = false;
  #left = false;
  #leaveWhenIdle = false;
  /** Resolves at the end of the output. Rejects when a sink fails. */
  readonly done: Promise<void>;

  constructor(stream: Readable, sinks: readonly OutputSink[]) {
    this.#stream = stream;
    this.#sinks = sinks;
    this.done = this.#read();
  }

  /** Leaves the stream once nothing comes for a time: for when its writer has ended. */
  finish(): Promise<void> {
    this.#leaveWhenIdle = true;
    if (this.#waiting) this.#startTimer();
    return this.done;
  }

  async #read(): Promise<void> {
    const chunks = this.#stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    try {
      for (;;) {
        const { done, value } = await this.#next(chunks);
        if (done) break;
        for (const sink of this.#sinks) await sink.write(value);
      }
    } finally {
      clearTimeout(this.#timer);
      this.#stream.destroy();
    }
    for (const sink of this.#sinks) await sink.close();
  }

  async #next(chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
    this.#waiting = true;
    if (this.#leaveWhenIdle) this.#startTimer();
    try {
      return await chunks.next();
    } catch (error) {
      if (this.#left) return { done: true, value: undefined }; // The stream was destroyed by the timer.
      throw error;
    } finally {
      this.#waiting = false;
      clearTimeout(this.#timer);
    }
  }

  #startTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#left = true;
      this.#stream.destroy();
    }, IDLE_MS);
  }
}
