/** Stored log entries, and a way to read on as they come. @module */

import type { LogEntry } from "../../protocol/log_entry.ts";

/** Which entries are meant; what is not given fits all. */
export interface LogFilter {
  readonly pipeline?: string;
  readonly driver?: string;
  readonly runId?: string;
}

/** The entries of one run in the order in which they came, and whoever waits for more. */
interface RunLog {
  readonly entries: LogEntry[];
  readonly waiting: Set<() => void>;
}

/** Every log entry that there is. */
export class LogStore {
  readonly #runs = new Map<string, RunLog>();
  #size = 0;

  /** How many entries there are. */
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

  /** Gives entries in the server's order: by pipeline, driver, run and timestamp, each compared as text. */
  query(filter: LogFilter): LogEntry[] {
    const runs = filter.runId === undefined
      ? [...this.#runs.values()]
      : [this.#runs.get(filter.runId)].filter((run) => run !== undefined);
    return runs.flatMap((run) => run.entries).filter((entry) => fits(entry, filter)).sort(inOrder);
  }

  /**
   * Gives the stored entries of a run in the server's order, then the others as they come, until the signal fires.
   * What is stored is one list, and what comes is read on from its end: so nothing is missed between the two, and nothing
   * comes twice.
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
        await woken(run, signal);
      } else {
        next += 1;
        if (fits(entry, filter)) yield entry;
      }
    }
  }

  #run(runId: string): RunLog {
    const known = this.#runs.get(runId);
    if (known) return known;
    const run: RunLog = { entries: [], waiting: new Set() };
    this.#runs.set(runId, run);
    return run;
  }
}

function fits(entry: LogEntry, { pipeline, driver, runId }: LogFilter): boolean {
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

function woken(run: RunLog, signal: AbortSignal): Promise<void> {
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
