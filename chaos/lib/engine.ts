/**
 * The server's engine: takes results and log lines out of their work queues, and so out of the broker.
 *
 * What it has seen is counted here and not in the broker: a stream without the first result cannot show a second one.
 */

import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import type { StoredResult } from "./ledger.ts";
import { untilProgress, withRetries } from "./progress.ts";
import { WorkQueue } from "./work_queue.ts";

/** The work queues of the server, and what is published on them. */
export const WORK_QUEUES = { results: "pipeline-engine", lines: "logs-engine" } as const;

/** Results that do not become more for so long, while there is work, will not become more, in milliseconds. */
const STANDSTILL_MS = 60_000;

/** Consumes until it is disposed of. */
export class Engine implements AsyncDisposable {
  /** All results, in the order they were taken. */
  readonly results: StoredResult[] = [];
  /** When each was taken, on the monotonic clock, in milliseconds. */
  readonly takenAt: number[] = [];
  /** The lines of every run. */
  readonly lines = new Map<string, Set<string>>();
  readonly #jsm: JetStreamManager;
  readonly #queues: ReadonlyMap<string, WorkQueue>;

  /** Starts it. Lines that nobody asks about can stay in their stream. */
  constructor(js: JetStreamClient, jsm: JetStreamManager, { lines = true } = {}) {
    this.#jsm = jsm;
    const queues = new Map<string, WorkQueue>();
    queues.set(
      WORK_QUEUES.results,
      new WorkQueue(js, jsm, WORK_QUEUES.results, (message) => {
        this.results.push(message.json());
        this.takenAt.push(performance.now());
      }),
    );
    if (lines) {
      queues.set(
        WORK_QUEUES.lines,
        new WorkQueue(js, jsm, WORK_QUEUES.lines, (message) => this.#keepLine(message.json())),
      );
    }
    this.#queues = queues;
  }

  /** Resolves when it has taken so many results; to `false` when they stand still. */
  async untilTaken(count: number, everyMs = 50): Promise<boolean> {
    return await untilProgress(
      () => Promise.resolve({ at: this.results.length, done: this.results.length >= count }),
      { everyMs, standstillMs: STANDSTILL_MS },
    );
  }

  /** Resolves when it has taken all that is stored; to `false` when its work queues do not become empty. */
  async drained(): Promise<boolean> {
    return await untilProgress(async () => {
      let left = 0;
      for (const stream of this.#queues.keys()) {
        const info = await withRetries(
          `looking at ${stream}`,
          () => this.#jsm.streams.info(stream),
        );
        left += info.state.messages;
      }
      return { at: left, done: left === 0 };
    }, { standstillMs: STANDSTILL_MS });
  }

  /** Takes nothing until it is resumed. */
  async pause(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.pause()));
  }

  /** Goes on. */
  resume(): void {
    for (const queue of this.#queues.values()) queue.resume();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue[Symbol.asyncDispose]()));
  }

  #keepLine({ runid, message }: { runid: string; message: string }): void {
    const ofRun = this.lines.get(runid) ?? new Set<string>();
    this.lines.set(runid, ofRun.add(message));
  }
}
