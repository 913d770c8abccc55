/** Timestamps of lines: each is later than the one before it in its run. @module */

/** A point in time: Unix milliseconds, and the microseconds within the last one. */
export interface Moment {
  readonly ms: number;
  readonly micros: number;
}

/** Returns the current time, at least a microsecond after the one before; earlier only where the host's clock was set far back. */
export type LogClock = () => Moment;

/** The farthest that times may be ahead of a clock that was set back, in milliseconds: log stores refuse those of the future. */
const FARTHEST_AHEAD_MS = 300_000;

/**
 * Creates a clock. It follows `now` and adds a microsecond where that stands still or goes back, as long as it is not too far ahead
 * of it then. The nanoseconds are left to the parts of a line that is split.
 */
export function createLogClock(now: () => number = () => Date.now()): LogClock {
  let ms = 0;
  let micros = 0;
  return () => {
    const current = now();
    if (current > ms || current < ms - FARTHEST_AHEAD_MS) {
      ms = current;
      micros = 0;
    } else if (++micros === 1000) {
      ms++;
      micros = 0;
    }
    return { ms, micros };
  };
}

/** So many runs at least keep their clock after their logger's end. */
const RUNS_KEPT = 500;
let clocks = /* @__PURE__ */ new Map<string, LogClock>();
let olderClocks = clocks;

/**
 * Returns the clock of a run, which all its loggers in this process share, so that a second one continues after the first. Each run
 * has one of its own: where the host's clock is set back, only runs that have later lines already are ahead of it.
 */
export function clockOf(runId: string): LogClock {
  let clock = clocks.get(runId);
  if (clock) return clock;
  clock = olderClocks.get(runId) ?? createLogClock();
  if (clocks.size >= RUNS_KEPT) {
    olderClocks = clocks;
    clocks = new Map();
  }
  clocks.set(runId, clock);
  return clock;
}

let cachedSecond = NaN;
let cachedPrefix = "";

/** Formats a time as RFC 3339 in UTC with nanoseconds, always of the same length. */
export function formatTimestamp({ ms, micros }: Moment): string {
  const second = Math.floor(ms / 1000);
  if (second !== cachedSecond) {
    cachedSecond = second;
    cachedPrefix = new Date(second * 1000).toISOString().slice(0, -4);
  }
  return cachedPrefix + threeDigits(ms - second * 1000) + threeDigits(micros) + "000Z";
}

/** Returns the timestamp of a line's part, counted from 0: each is before the next line's. At most 1000 parts differ. */
export function partTimestamp(timestamp: string, part: number): string {
  return timestamp.slice(0, -4) + threeDigits(Math.min(part, 999)) + "Z";
}

/** Converts a timestamp of this package to Unix nanoseconds, in decimal text. */
export function unixNanoseconds(timestamp: string): string {
  return String(Date.parse(timestamp.slice(0, -7) + "Z")) + timestamp.slice(-7, -1);
}

function threeDigits(value: number): string {
  return value > 99 ? String(value) : value > 9 ? "0" + value : "00" + value;
}
