/** Encodes the log entries of a run. @module */

import { ByteSlab } from "./byte_slab.ts";
import { type LogEntry, toWireLogEntry } from "./log_entry.ts";

/**
 * Encodes log entries to the same bytes as `encodeLogEntry`, but faster: encodes the fields that the entries of a run share
 * once, and allocates memory for many entries at a time.
 */
export class LogEntryEncoder {
  readonly #slab = new ByteSlab();
  #runId: string | undefined;
  #driver: string | undefined;
  #pipeline: string | undefined;
  #beginning = "";

  /** Encodes an entry. `labels` are for live subscribers. */
  encode(entry: LogEntry, labels: Record<string, string>): Uint8Array {
    let text = this.#beginningOf(entry) + entry.timestamp + '","message":' +
      JSON.stringify(entry.message);
    if (Object.keys(labels).length > 0) text += `,"labels":${JSON.stringify(labels)}`;
    return this.#slab.encode(text + "}");
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
}
