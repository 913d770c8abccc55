/** Whether sinks store lines. One state a sink: all runs together wait once for one that is away. @module */

import { settlesWithin } from "../async/settles_within.ts";
import { TimeoutError } from "../errors.ts";
import type { LogSink } from "./record.ts";

/** What is known of a sink. */
export interface Liveness {
  /** Whether it did not respond in time, and has stored nothing since: no flush waits for it. */
  away: boolean;
  /** Whether its own flush did not settle in time, and has not since, whatever lines it takes. */
  flushHangs: boolean;
  /** Since when a flush waits while it stores nothing, on the monotonic clock, in milliseconds; 0 when none does. */
  silentSince: number;
}

/** How long to wait for a sink that is known to be away, in milliseconds. */
const AWAY_MS = 1;

const known = new WeakMap<LogSink, Liveness>();

/** Returns the state of a sink, which its loggers share. */
export function livenessOf(sink: LogSink): Liveness {
  const liveness = known.get(sink) ?? { away: false, flushHangs: false, silentSince: 0 };
  known.set(sink, liveness);
  return liveness;
}

/**
 * Whether a flush settles within `timeoutMs`, and before the sink has stored nothing for `stallMs`. All flushes of a sink wait
 * from the same time on. `settled` never rejects.
 */
export async function inTime(
  liveness: Liveness,
  settled: Promise<unknown>,
  timeoutMs: number,
  stallMs: number,
): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const now = performance.now();
    liveness.silentSince ||= now;
    const restMs = Math.min(end, liveness.silentSince + stallMs) - now;
    const limitMs = liveness.away ? AWAY_MS : Math.max(AWAY_MS, restMs);
    if (await settlesWithin(settled, limitMs)) return true;
    if (liveness.silentSince !== 0 || performance.now() >= end) return false;
  }
}

/** The error of a sink that a flush has waited for in vain. */
export function silenceError(timeoutMs: number): TimeoutError {
  return new TimeoutError(
    `timed out after ${timeoutMs} ms: the sink neither stored nor refused its lines`,
    timeoutMs,
  );
}
