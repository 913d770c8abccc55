/** Gives each line its own time. @module */

/** A moment: Unix milliseconds, and the microseconds within that one. */
export interface Moment {
  readonly ms: number;
  readonly micros: number;
}

/** Gives moments that strictly increase, each at least a microsecond after the one before. */
export type LogClock = () => Moment;

/**
 * Makes a clock. It follows `now` and steps on by a microsecond where that stands still or goes back. The nanoseconds
 * stay free for the parts of a line that had to be split.
 */
export function createLogClock(now: () => number = Date.now): LogClock {
  let ms = 0;
  let micros = 0;
  return () => {
    const current = now();
    if (current > ms) {
      ms = current;
      micros = 0;
    } else if (++micros === 1000) {
      ms++;
      micros = 0;
    }
    return { ms, micros };
  };
}

/** The clock that all loggers of this process share, so that a second logger of one run goes on where the first ended. */
export const processClock: LogClock = /* @__PURE__ */ createLogClock();

let cachedSecond = NaN;
let cachedPrefix = "";

/** A moment as RFC 3339 in UTC with nanoseconds, all of one length. */
export function formatTimestamp({ ms, micros }: Moment): string {
  const second = Math.floor(ms / 1000);
  if (second !== cachedSecond) {
    cachedSecond = second;
    cachedPrefix = new Date(second * 1000).toISOString().slice(0, -4);
  }
  return cachedPrefix + threeDigits(ms - second * 1000) + threeDigits(micros) + "000Z";
}

/** The timestamp of a line's part, counted from 0: all parts come before the next line. At most 1000 parts differ. */
export function partTimestamp(timestamp: string, part: number): string {
  return timestamp.slice(0, -4) + threeDigits(Math.min(part, 999)) + "Z";
}

/** A timestamp of this package as Unix nanoseconds, in decimal text. */
export function unixNanoseconds(timestamp: string): string {
  return String(Date.parse(timestamp.slice(0, -7) + "Z")) + timestamp.slice(-7, -1);
}

function threeDigits(value: number): string {
  return value > 99 ? String(value) : value > 9 ? "0" + value : "00" + value;
}
