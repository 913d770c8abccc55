/** The runs that are going on in this process. @module */

import type { EventSource } from "../event_source.ts";
import type { ManagerEvent, RunRef } from "../events.ts";

/** The most runs that a line names. */
const MOST_NAMED = 3;

/** Follows a manager's events, and knows which runs have begun and not ended. */
export class RunningRuns {
  readonly #runs = new Map<EventSource, RunRef>();

  /** How many there are. */
  get size(): number {
    return this.#runs.size;
  }

  /** Takes an event in, with the run that it is about. */
  follow(event: ManagerEvent, run: EventSource): void {
    if (event.type === "run-started") this.#runs.set(run, event.run);
    else if (event.type === "run-ended") this.#runs.delete(run);
  }

  /** Names them in words: `deploy of workflow/site (run 6f1c…)`, and how many more there are. */
  describe(): string {
    const named = [...this.#runs.values()].slice(0, MOST_NAMED)
      .map(({ driver, resource, runId }) => `${driver} of ${resource} (run ${runId})`);
    const more = this.size - named.length;
    return named.join(", ") + (more > 0 ? ` and ${more} more` : "");
  }
}
