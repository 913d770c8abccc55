/** Runs that have begun and wait for something outside, without a slot. @module */

import { shutdownError } from "../run/abort_errors.ts";
import type { Run } from "../run/run.ts";
import type { KeyedQueue } from "./keyed_queue.ts";

/** The runs of one worker that wait aside. */
export class Asides {
  readonly #queue: KeyedQueue<Run>;
  readonly #onFreed: () => void;
  readonly #runs = new Set<Run>();
  #handsBack = false;

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
    if (this.#handsBack) abort(run);
    if (wait) {
      this.#queue.pause(run);
      this.#onFreed();
      await wait(signal);
      await this.#queue.resume(run, signal);
    } else await this.#queue.runAlone(run, signal, attempt);
    this.#runs.delete(run);
  }

  /** Naks what waits aside, now and from now on: another instance may run it. */
  handBack(): void {
    this.#handsBack = true;
    for (const run of this.#runs) abort(run);
  }
}

function abort(run: Run): void {
  run.abort("shutdown", shutdownError(run, 0));
}
