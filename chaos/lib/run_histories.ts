/** What instances said of their runs, to explain one that went wrong. */

import type { InstanceLine } from "./instance.ts";

/** So many runs are remembered; the oldest are forgotten. */
const MOST_RUNS = 50_000;

/** Something that happened to a run. */
interface Moment {
  /** On the monotonic clock, in milliseconds. */
  readonly at: number;
  readonly what: string;
}

/** The latest runs and what happened to them. */
export class RunHistories {
  readonly #runs = new Map<string, Moment[]>();
  readonly #startedAt = performance.now();

  /** The instance in a place has said something, of a run perhaps. */
  hear(line: InstanceLine, place: number): void {
    if (line.type === "started") {
      this.#note(line.runId, `[${place}] starts attempt ${line.attempt}`);
    } else if (line.type === "ended") {
      const { runId, outcome, reason = "" } = line;
      this.#note(runId, `[${place}] ends it: ${outcome} ${reason}`.trimEnd());
    }
  }

  /** What is known of a run, with the times at which the engine took its results. */
  tell(runId: string, takenAt: readonly number[]): string {
    const results = takenAt.map((at) => ({ at, what: "the engine takes a result" }));
    return [...this.#runs.get(runId) ?? [], ...results].sort((one, other) => one.at - other.at)
      .map(({ at, what }) => `${((at - this.#startedAt) / 1000).toFixed(3)} s ${what}`).join("; ");
  }

  #note(runId: string, what: string): void {
    const moments = this.#runs.get(runId) ?? [];
    moments.push({ at: performance.now(), what });
    this.#runs.set(runId, moments);
    if (this.#runs.size > MOST_RUNS) this.#runs.delete(this.#runs.keys().next().value!);
  }
}
