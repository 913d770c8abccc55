/** What a manager measures besides the counters of its drivers. @module */

import { Histogram } from "../telemetry/histogram.ts";
import type { ManagerEvent } from "./events.ts";

/** Times, and counters that belong to no driver. Follows the manager's events. */
export class Meters {
  /** Time from the broker's storage of an event to the start of its attempt, in seconds. */
  readonly startDelay: Histogram = new Histogram();
  /** Time of an attempt, in seconds. */
  readonly attemptDuration: Histogram = new Histogram();
  /** Responses of the API server by status; `none` without a response. */
  readonly requests: Map<string, number> = new Map();
  /** When the last event came that is not about a run, such as an attempt to connect, by `performance.now()`. */
  triedAt: number = performance.now();
  /** Times the connection was restored. */
  reconnects = 0;
  /** When the delays of runs that wait for their next attempt end, by driver, on the monotonic clock. */
  readonly #delays = new Map<string, number[]>();

  /** Takes an event in. */
  follow(event: ManagerEvent): void {
    if (event.type === "run-started") {
      const { run: { driver }, waitedMs } = event;
      this.startDelay.record(driver, waitedMs / 1000, () => ({ driver }));
    } else if (event.type === "attempt-ended") {
      const { run: { driver }, outcome, durationMs, retryInMs } = event;
      const key = `${driver} ${outcome}`;
      this.attemptDuration.record(key, durationMs / 1000, () => ({ driver, outcome }));
      if (retryInMs !== undefined) this.#delayed(driver, retryInMs);
    } else if (event.type !== "run-ended") {
      this.triedAt = performance.now();
      if (event.type === "reconnected") this.reconnects++;
    }
  }

  /** Counts a response of the API server. */
  responded(status: number | undefined): void {
    const key = String(status ?? "none");
    this.requests.set(key, (this.requests.get(key) ?? 0) + 1);
  }

  /** How many runs of a driver wait for their next attempt. */
  delayed(driver: string): number {
    return this.#pending(driver).length;
  }

  #delayed(driver: string, delayMs: number): void {
    this.#delays.set(driver, [...this.#pending(driver), performance.now() + delayMs]);
  }

  #pending(driver: string): number[] {
    const now = performance.now();
    return (this.#delays.get(driver) ?? []).filter((end) => end > now);
  }
}
