/** Encodes many log entries, fast. @module */

import { encodeLogEntry, type LogEntry, toWireLogEntry } from "./log_entry.ts";

/** Bytes that are taken from the runtime at once. One array for many entries is much cheaper than one each. */
const SLAB_BYTES = 64 * 1024;
/** Entries of more bytes get an array of their own. */
const LARGE_BYTES = SLAB_BYTES / 8;

/**
 * Encodes log entries to the same bytes as {@linkcode encodeLogEntry}. What entries of one run have in common is put
 * together once, and their bytes share larger arrays.
 */
export class LogEntryEncoder {
  readonly #encoder = new TextEncoder();
  #slab = new Uint8Array(0);
  #used = 0;
  #runId: string | undefined;
  #driver: string | undefined;
  #pipeline: string | undefined;
  #beginning = "";

  /** Encodes an entry. `labels` go along for those who watch live. */
  encode(entry: LogEntry, labels: Record<string, string>): Uint8Array {
    if (entry.message.length * 3 > LARGE_BYTES) return encodeLogEntry(entry, labels);
    let text = this.#beginningOf(entry) + entry.timestamp + '","message":' +
      JSON.stringify(entry.message);
    if (Object.keys(labels).length > 0) text += `,"labels":${JSON.stringify(labels)}`;
    return this.#bytesOf(text + "}");
  }

  #beginningOf(entry: LogEntry): string {
    const { runId, driver, pipeline } = entry;
    if (runId !== this.#runId || driver !== this.#driver || pipeline !== this.#pipeline) {
      this.#runId = runId;
      this.#driver = driver;
      this.#pipeline = pipeline;
      const empty = JSON.stringify(toWireLogEntry({ ...entry, timestamp: "", message: "" }));
      this.#beginning = empty.slice(0, -'","message":""}'.length);
    }
    return this.#beginning;
  }

  #bytesOf(text: string): Uint8Array {
    if (text.length * 3 > this.#slab.length - this.#used) {
      if (text.length * 3 > SLAB_BYTES) return this.#encoder.encode(text);
      this.#slab = new Uint8Array(SLAB_BYTES);
      this.#used = 0;
    }
    const { written } = this.#encoder.encodeInto(text, this.#slab.subarray(this.#used));
    const bytes = this.#slab.subarray(this.#used, this.#used + written);
    this.#used += written;
    return bytes;
  }
}
