/** Streams of log entries made as the real server makes them: the stored entries, then what is published live. @module */

import { Fifo } from "../../async/fifo.ts";
import { messageOf } from "../../errors.ts";
import { decodeText } from "../../encoding/json.ts";
import { type LogEntry, readLogEntry } from "../../protocol/logs/log_entry.ts";
import type { Connection } from "../../transport/transport.ts";
import type { ResolvedLogFaults } from "../log_faults.ts";
import type { LogFilter, LogStore } from "../store/log_store.ts";

/** A reader of a stream. */
interface Reader {
  filter: LogFilter;
  readonly held: Fifo<LogEntry>;
  wake: () => void;
}

/** The live entries of all runs, and those who read them. */
export class LiveFeed {
  readonly #logs: LogStore;
  readonly #faults: ResolvedLogFaults;
  readonly #readers = new Set<Reader>();

  /** Creates a feed. With faults, its streams have gaps, repeat entries, and may show another run. */
  constructor(logs: LogStore, faults: ResolvedLogFaults) {
    this.#logs = logs;
    this.#faults = faults;
  }

  /** Subscribes to the live entries of all runs. */
  subscribe(connection: Connection, onNotice: (notice: string) => void): void {
    connection.subscribe("live.logs.>", ({ subject, data }) => {
      try {
        this.#receive(readLogEntry(JSON.parse(decodeText(data))));
      } catch (thrown) {
        onNotice(`cannot read a live log entry on ${subject}: ${messageOf(thrown)}`);
      }
    });
  }

  /** Yields the stored entries of a run in the server's order, then live ones, until the signal aborts. */
  async *follow(
    filter: LogFilter & { readonly runId: string },
    signal: AbortSignal,
  ): AsyncGenerator<LogEntry, void> {
    const { wrongRun, endStreams } = this.#faults;
    const reader: Reader = { filter, held: new Fifo(), wake: () => {} };
    const end = () => reader.wake();
    signal.addEventListener("abort", end, { once: true });
    try {
      yield* this.#logs.query(filter);
      if (endStreams) return;
      if (wrongRun) { for (const other of this.#readers) other.filter = filter; }
      this.#readers.add(reader);
      while (!signal.aborted) {
        const entry = reader.held.take();
        if (entry) yield entry;
        else await new Promise<void>((resolve) => reader.wake = resolve);
      }
    } finally {
      this.#readers.delete(reader);
      signal.removeEventListener("abort", end);
    }
  }

  #receive(entry: LogEntry): void {
    const { liveLines = Infinity } = this.#faults;
    for (const { filter, held, wake } of this.#readers) {
      const { runId, driver } = filter;
      if (entry.runId !== runId || (driver !== undefined && entry.driver !== driver)) continue;
      if (held.length < liveLines) held.add(entry);
      wake();
    }
  }
}
