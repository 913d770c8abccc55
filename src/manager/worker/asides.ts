/** Runs that have begun and wait for something outside, without a slot. @module */

import { shutdownError } from "../run/abort_errors.ts";
import type { Run } from "../run/run.ts";
import type { KeyedQueue } from "./keyed_queue.ts";

/** The runs of one worker that wait aside. */
export class Asides {
  readonly #queue: KeyedQueue<Run>;
  readonly #onFreed: () => void;
  readonly #runs = new Set<Run>();
  #ended = false;

  /** `onFreed` is called when a run has given up its slot. */
  constructor(queue: KeyedQueue<Run>, onFreed: () => void) {
    this.#queue = queue;
    this.#onFreed = onFreed;
  }

  /** Waits without a slot, and for a slot after that. Without `wait`: until nothing else runs. */
  async wait(
    run: Run,
    wait: ((signal: AbortSignal) => Promise<void>) | undefined,
  ): Promise<void> {
    const { signal, attempt } = run;
    this.#runs.add(run);
    if (this.#ended) abort(run);
    try {
      if (!wait) return await this.#queue.runAlone(run, signal, attempt);
      this.#queue.pause(run);
      this.#onFreed();
      await wait(signal);
      await this.#queue.resume(run, signal);
    } finally {
      this.#runs.delete(run);
    }
  }

  /** Has what waits aside end, now and from now on: its events are redelivered, and another instance may run them. */
  end(): void {
    this.#ended = true;
    for (const run of this.#runs) abort(run);
  }
}

function abort(run: Run): void {
  run.abort("shutdown", shutdownError(run, 0));
}
