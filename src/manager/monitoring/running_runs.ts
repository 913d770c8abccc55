/** The runs that are going on in this process. @module */

import type { RunRef } from "../events.ts";

/** A run of this process. */
interface AdmittedRun {
  readonly ref: RunRef;
  /** Whether an attempt has begun. */
  readonly begun: boolean;
}

/** The most runs that a line names. */
const MOST_NAMED = 3;

/** The runs that have begun and not ended, looked up when they are asked for: most of them, nothing asks for. */
export class RunningRuns {
  readonly #find: () => readonly AdmittedRun[];

  /** `find` returns the runs that were admitted and have not ended, the oldest first. */
  constructor(find: () => readonly AdmittedRun[]) {
    this.#find = find;
  }

  /** Names them in words: `deploy of workflow/site (run 6f1c…)`, and how many more there are; `undefined` when there is none. */
  describe(): string | undefined {
    const runs = this.#find().filter(({ begun }) => begun);
    if (runs.length === 0) return undefined;
    const named = runs.slice(0, MOST_NAMED)
      .map(({ ref: { driver, resource, runId } }) => `${driver} of ${resource} (run ${runId})`);
    const more = runs.length - named.length;
    return named.join(", ") + (more > 0 ? ` and ${more} more` : "");
  }
}
