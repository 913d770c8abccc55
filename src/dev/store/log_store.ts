/** Log entries, stored and followed. @module */

import type { LogEntry } from "../../protocol/logs/log_entry.ts";

/** Selects log entries. An absent field selects all. */
export interface LogFilter {
  readonly pipeline?: string;
  readonly driver?: string;
  readonly runId?: string;
}

/** The entries of one run in the order of arrival, and the followers that wait for more. */
interface RunLog {
  readonly entries: LogEntry[];
  readonly waiting: Set<() => void>;
}

/** Stores log entries. */
export class LogStore {
  readonly #runs = new Map<string, RunLog>();
  #size = 0;

  /** The number of entries. */
  get size(): number {
    return this.#size;
  }

  /** Stores an entry. */
  insert(entry: LogEntry): void {
    const run = this.#run(entry.runId);
    run.entries.push(entry);
    this.#size += 1;
    const waiting = [...run.waiting];
    run.waiting.clear();
    for (const wake of waiting) wake();
  }

  /** Returns entries in the server's order: by pipeline, driver, run and timestamp, each compared as text. */
  query(filter: LogFilter): LogEntry[] {
    const runs = filter.runId === undefined
      ? [...this.#runs.values()]
      : [this.#runs.get(filter.runId)].filter((run) => run !== undefined);
    return runs.flatMap((run) => run.entries).filter((entry) => matches(entry, filter)).sort(
      inOrder,
    );
  }

  /**
   * Yields the stored entries of a run in the server's order, then new ones as they arrive, until the signal aborts.
   * Replay and live entries are read from one list, so no entry is missed or repeated between the two.
   */
  async *follow(
    filter: LogFilter & { readonly runId: string },
    signal: AbortSignal,
  ): AsyncGenerator<LogEntry, void> {
    const run = this.#run(filter.runId);
    let next = run.entries.length;
    yield* this.query(filter);
    while (!signal.aborted) {
      const entry = run.entries[next];
      if (entry === undefined) {
        await nextEntry(run, signal);
      } else {
        next += 1;
        if (matches(entry, filter)) yield entry;
      }
    }
  }

  #run(runId: string): RunLog {
    const existing = this.#runs.get(runId);
    if (existing) return existing;
    const run: RunLog = { entries: [], waiting: new Set() };
    this.#runs.set(runId, run);
    return run;
  }
}

function matches(entry: LogEntry, { pipeline, driver, runId }: LogFilter): boolean {
  return (pipeline === undefined || entry.pipeline === pipeline) &&
    (driver === undefined || entry.driver === driver) &&
    (runId === undefined || entry.runId === runId);
}

function inOrder(one: LogEntry, other: LogEntry): number {
  return compare(one.pipeline, other.pipeline) || compare(one.driver, other.driver) ||
    compare(one.runId, other.runId) || compare(one.timestamp, other.timestamp);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function nextEntry(run: RunLog, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      run.waiting.delete(wake);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    run.waiting.add(wake);
    signal.addEventListener("abort", wake, { once: true });
  });
}
