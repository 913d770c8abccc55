/** What a manager measures besides the counters of its drivers. @module */

import { Histogram, type HistogramSeries } from "../telemetry/histogram.ts";
import type { ManagerEvent, RunEnd } from "./events.ts";

/** The times of a driver. */
interface DriverSeries {
  readonly delay: HistogramSeries;
  readonly durations: Partial<Record<RunEnd, HistogramSeries>>;
}

/** Times, and counters that belong to no driver. */
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
  readonly #series = new Map<string, DriverSeries>();
  readonly #delays = new Map<string, number[]>();

  /** Takes in an event that is not about a run. */
  follow({ type }: ManagerEvent): void {
    this.triedAt = performance.now();
    if (type === "reconnected") this.reconnects++;
  }

  /** An attempt has begun, `waitedMs` after the storage of its event. */
  started(driver: string, waitedMs: number): void {
    this.#seriesOf(driver).delay.record(waitedMs / 1000);
  }

  /** An attempt has ended; `retryInMs` when another one follows. */
  ended(driver: string, outcome: RunEnd, durationMs: number, retryInMs: number | undefined): void {
    const { durations } = this.#seriesOf(driver);
    const series = durations[outcome] ??= this.attemptDuration.add({ driver, outcome });
    series.record(durationMs / 1000);
    if (retryInMs !== undefined) this.#delayed(driver, retryInMs);
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

  #seriesOf(driver: string): DriverSeries {
    const known = this.#series.get(driver);
    if (known) return known;
    const added: DriverSeries = { delay: this.startDelay.add({ driver }), durations: {} };
    this.#series.set(driver, added);
    return added;
  }

  #delayed(driver: string, delayMs: number): void {
    this.#delays.set(driver, [...this.#pending(driver), performance.now() + delayMs]);
  }

  #pending(driver: string): number[] {
    const now = performance.now();
    return (this.#delays.get(driver) ?? []).filter((end) => end > now);
  }
}
